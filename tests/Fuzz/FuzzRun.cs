using System.Text.RegularExpressions;

namespace DeviceFirmware.Fuzz;

/// <summary>One target under attack. What gave an answer that none gave before joins the inputs to start from.</summary>
public sealed partial class FuzzRun
{
    private const int MaximumInputs = 2000;

    private readonly Target _target;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly List<byte[]> _inputs;
    private readonly HashSet<string> _answers = [];

    /// <summary>A run with that seed: the same seed and number of rounds give the same inputs.</summary>
    public FuzzRun(Target target, int seed, IEnumerable<byte[]> corpus)
    {
        _target = target;
        _random = new Random(seed);
        _mutator = new Mutator(_random);
        _inputs = [.. target.Seeds(), .. corpus];
    }

    /// <summary>Inputs run.</summary>
    public long Rounds { get; private set; }

    /// <summary>Different answers seen.</summary>
    public int Answers => _answers.Count;

    /// <summary>The most that a run allocated, in bytes.</summary>
    public long LargestAllocation { get; private set; }

    /// <summary>The input of that.</summary>
    public int LargestAllocationLength { get; private set; }

    /// <summary>Inputs whose answer was new, in the order of their finding.</summary>
    public List<byte[]> New { get; } = [];

    /// <summary>Every input to start from, twice: the first time warms up what .NET allocates once.</summary>
    public Finding? Replay()
    {
        foreach (byte[] input in _inputs)
        {
            Try(input, measured: false);
        }

        foreach (byte[] input in _inputs)
        {
            if (Try(input, measured: true) is Finding finding)
            {
                return finding;
            }
        }

        return null;
    }

    /// <summary>Rounds of attack while <paramref name="goOn"/>; the first finding ends them.</summary>
    public Finding? Attack(Func<bool> goOn)
    {
        while (goOn())
        {
            byte[] input = _mutator.Mutate(_inputs[_random.Next(_inputs.Count)], _inputs[_random.Next(_inputs.Count)], _target.Grammar);
            if (_target.Mend is not null && _random.Next(2) == 0)
            {
                input = _target.Mend(input);
            }

            int before = _answers.Count;
            if (Try(input, measured: true) is Finding finding)
            {
                return finding;
            }

            if (_answers.Count > before)
            {
                New.Add(input);
                if (_inputs.Count < MaximumInputs)
                {
                    _inputs.Add(input);
                }
            }
        }

        return null;
    }

    private Finding? Try(byte[] input, bool measured)
    {
        Rounds++;
        long before = GC.GetAllocatedBytesForCurrentThread();
        string answer;
        try
        {
            answer = _target.Run(input);
        }
        catch (Exception problem)
        {
            return new Finding(_target.Name, input, problem.ToString());
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        _answers.Add(Kind(answer));
        if (!measured)
        {
            return null;
        }

        if (allocated > LargestAllocation)
        {
            LargestAllocation = allocated;
            LargestAllocationLength = input.Length;
        }

        return allocated <= _target.MaximumAllocation(input.Length)
            ? null
            : new Finding(_target.Name, input, $"{allocated} bytes allocated for {input.Length}; {_target.MaximumAllocation(input.Length)} are the bound");
    }

    /// <summary>The answer without what it quotes and counts, which differ with every input.</summary>
    private static string Kind(string answer) => Varying().Replace(answer, "0");

    [GeneratedRegex("'[^']*'?|[0-9]+|[^ -~]+")]
    private static partial Regex Varying();
}
