using DeviceFirmware.Connect;
using DeviceFirmware.Memory;

namespace DeviceFirmware.HostTests.Connect;

/// <summary>
/// The connection against worlds that fail, stay silent, repeat themselves, answer late and out of order. Each world is a list of periods drawn
/// from a seed; a world that breaks a rule is made smaller, period by period, and printed. Set DEVICEFIRMWARE_RUNS for more runs.
/// </summary>
[TestClass]
public sealed class ConnectionModelTests
{
    private const int DefaultRuns = 3000;

    [TestMethod]
    public void NoWorldBreaksTheRules()
    {
        int runs = int.TryParse(Environment.GetEnvironmentVariable("DEVICEFIRMWARE_RUNS"), out int asked) ? asked : DefaultRuns;
        int confirmations = 0;
        for (int seed = 1; seed <= runs; seed++)
        {
            List<Period> world = World(seed);
            ConnectionModel model = new(seed);
            if (model.Run(world) is { } broken)
            {
                List<Period> smallest = Shrink(world, seed);
                Assert.Fail($"seed {seed}: {broken}\nsmallest world: {string.Join(" ", smallest)}\n{new ConnectionModel(seed).Run(smallest)}");
            }

            confirmations += model.Confirmations;
        }

        Assert.IsGreaterThan(runs, confirmations, "the worlds let too few connections live to judge anything");
    }

    private static List<Period> World(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => new Period((Weather)random.Next(Enum.GetValues<Weather>().Length), random.Next(1, 400) * 1000))];
    }

    private static List<Period> Shrink(List<Period> world, int seed)
    {
        for (int i = 0; i < world.Count;)
        {
            List<Period> smaller = [.. world[..i], .. world[(i + 1)..]];
            if (new ConnectionModel(seed).Run(smaller) is null)
            {
                i++;
            }
            else
            {
                world = smaller;
            }
        }

        return world;
    }
}

/// <summary>What the world does with an action.</summary>
internal enum Weather
{
    Fair,
    Refuses,
    Silent,
    Slow,
    Repeats,
    Drops,
    AcceptsThenSilent,
    Stale,
}

/// <summary>So many milliseconds of one weather.</summary>
internal sealed record Period(Weather Weather, int Milliseconds);

/// <summary>One run: what the connection asks for goes to the world, what the world says comes back in its own time and order.</summary>
internal sealed class ConnectionModel(int seed)
{
    private const int Tick = 500;
    private const int LongestWait = 60000;

    /// <summary>Fair weather after which a connection has to stand: a silent action or connection, one wait, one round of actions.</summary>
    private const int Recovery = Connection.ActionPatience + Connection.HeartbeatPatience + LongestWait + 20000;

    private readonly Random _random = new(seed);
    private readonly Connection _connection = new(new Backoff(new MemoryEntropy((uint)seed), 1000, LongestWait));
    private readonly List<(long Due, int Attempt, ConnectionEvent What)> _coming = [];
    private readonly HashSet<(int Attempt, ConnectionAction Action)> _done = [];
    private readonly List<(int Attempt, ConnectionEvent What)> _said = [];

    private long _now;
    private long _endedAt;
    private long _lastAnswer;
    private bool _isClientOpen;
    private string? _broken;

    public int Confirmations { get; private set; }

    /// <summary>Null, or the rule that was broken.</summary>
    public string? Run(IEnumerable<Period> world)
    {
        foreach (Period period in world.Append(new Period(Weather.Fair, Recovery)))
        {
            for (long end = _now + period.Milliseconds; _now < end && _broken is null; _now += Tick)
            {
                Turn(period.Weather);
            }
        }

        Hold(_connection.State == ConnectionState.Confirmed, "fair weather does not end in a confirmed connection but in " + _connection.State);
        return _broken;
    }

    private void Turn(Weather weather)
    {
        Deliver();
        if (weather == Weather.Drops && _connection.State >= ConnectionState.Mqtt && _random.Next(4) == 0)
        {
            Tell(_connection.Attempt, ConnectionEvent.Lost);
        }

        int actions = 0;
        for (ConnectionAction action = Next(); action != ConnectionAction.None && _broken is null; action = Next())
        {
            Hold(++actions <= 8, "asks without end");
            Do(action, weather);
            Deliver();
        }

        Hold(!_connection.IsOpen || _now - _lastAnswer <= Connection.HeartbeatPatience, "a silent connection is kept");
    }

    private ConnectionAction Next()
    {
        bool wasWaiting = _connection.State == ConnectionState.Waiting;
        ConnectionAction action = _connection.Next(_now);
        if (!wasWaiting && _connection.State == ConnectionState.Waiting)
        {
            _endedAt = _now;
        }

        return action;
    }

    private void Do(ConnectionAction action, Weather weather)
    {
        int attempt = _connection.Attempt;
        if (action == ConnectionAction.Close)
        {
            _isClientOpen = false;
            return;
        }

        Hold(action == ConnectionAction.Beat || _done.Add((attempt, action)), $"{action} twice in attempt {attempt}");
        Hold(action != ConnectionAction.Connect || !_isClientOpen, "a client that was not closed when the next is made");
        Hold(action != ConnectionAction.Connect || Was(attempt, ConnectionEvent.Joined, ConnectionEvent.ClockSet), "connects without network or clock");
        Hold(action != ConnectionAction.Subscribe || Was(attempt, ConnectionEvent.Connected), "subscribes unconnected");
        Hold(action != ConnectionAction.Beat || Was(attempt, ConnectionEvent.Connected, ConnectionEvent.Subscribed), "a heartbeat without a subscription");
        _isClientOpen |= action == ConnectionAction.Connect;
        ConnectionEvent good = action switch
        {
            ConnectionAction.Join => ConnectionEvent.Joined,
            ConnectionAction.SetClock => ConnectionEvent.ClockSet,
            ConnectionAction.Connect => ConnectionEvent.Connected,
            ConnectionAction.Subscribe => ConnectionEvent.Subscribed,
            _ => ConnectionEvent.Answered,
        };
        Answer(attempt, good, weather);
    }

    private void Answer(int attempt, ConnectionEvent good, Weather weather)
    {
        switch (weather)
        {
            case Weather.Refuses:
                Come(_random.Next(3000), attempt, good == ConnectionEvent.Answered ? ConnectionEvent.Lost : ConnectionEvent.Failed);
                break;
            case Weather.Silent:
            case Weather.AcceptsThenSilent when good == ConnectionEvent.Answered:
                break;
            case Weather.Slow:
                // Up to twice the patience: late ones meet another attempt.
                Come(_random.Next(2 * Connection.ActionPatience), attempt, good);
                break;
            case Weather.Repeats:
                Come(0, attempt, good);
                Come(_random.Next(100000), attempt, good);
                Come(_random.Next(100000), attempt, ConnectionEvent.Failed);
                break;
            case Weather.Stale:
                Come(0, attempt, good);
                foreach (ConnectionEvent what in Enum.GetValues<ConnectionEvent>())
                {
                    Come(_random.Next(2000), attempt - _random.Next(1, 3), what);
                }

                break;
            default:
                Come(_random.Next(2) * _random.Next(2000), attempt, good);
                break;
        }
    }

    private void Come(int delay, int attempt, ConnectionEvent what) => _coming.Add((_now + delay, attempt, what));

    private void Deliver()
    {
        foreach ((long Due, int Attempt, ConnectionEvent What) report in _coming.Where(r => r.Due <= _now).OrderBy(_ => _random.Next()).ToArray())
        {
            _coming.Remove(report);
            Tell(report.Attempt, report.What);
        }
    }

    private void Tell(int attempt, ConnectionEvent what)
    {
        ConnectionState before = _connection.State;
        bool taken = _connection.Report(attempt, what, _now);
        _endedAt = taken && _connection.State == ConnectionState.Waiting ? _now : _endedAt;
        Hold(!taken || attempt == _connection.Attempt, $"{what} of attempt {attempt} counts in attempt {_connection.Attempt}");
        Hold(taken || before == _connection.State, $"{what} was ignored, and changed the state");
        if (!taken)
        {
            return;
        }

        Hold(_connection.State == ConnectionState.Waiting || _connection.State == before + 1 || what == ConnectionEvent.Answered, $"{before} is followed by {_connection.State}");
        _said.Add((attempt, what));
        _lastAnswer = what is ConnectionEvent.Answered or ConnectionEvent.Subscribed ? _now : _lastAnswer;
        if (_connection.State == ConnectionState.Confirmed && before != ConnectionState.Confirmed)
        {
            Confirmations++;
            Hold(Was(attempt, ConnectionEvent.Joined, ConnectionEvent.ClockSet, ConnectionEvent.Connected, ConnectionEvent.Subscribed, ConnectionEvent.Answered), "confirmed without all that it takes");
        }
    }

    private bool Was(int attempt, params ConnectionEvent[] all) => all.All(what => _said.Contains((attempt, what)));

    private void Hold(bool rule, string otherwise)
    {
        bool waits = _connection.State != ConnectionState.Waiting || _now - _endedAt <= LongestWait + Tick;
        _broken ??= !rule ? $"at {_now} ms: {otherwise}" : !waits ? $"at {_now} ms: waits longer than its bound" : null;
    }
}
