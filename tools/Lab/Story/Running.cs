using System.Diagnostics;

namespace DeviceFirmware.Lab;

/// <summary>A program that was started, and every line it printed so far.</summary>
public sealed class Running : IAsyncDisposable
{
    private readonly Process _process;
    private static readonly System.Collections.Concurrent.ConcurrentQueue<string> _everything = new();

    private readonly List<string> _lines = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _openStreams = 2;

    private Running(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    /// <summary>What it is called in the report.</summary>
    public string Name { get; }

    /// <summary>True once the program has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>How many lines it printed so far: where to look from.</summary>
    public int Position
    {
        get
        {
            lock (_lock)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>Starts a program: a .dll, or <c>build</c> and the like, behind <c>dotnet</c>.</summary>
    public static Running Start(string name, params string[] arguments)
    {
        string? own = Environment.ProcessPath;
        ProcessStartInfo start = new(own is not null && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        Process process = Process.Start(start) ?? throw new ExpectationFailedException($"{name} could not be started");
        process.StandardInput.Close();
        Running running = new(name, process);
        process.OutputDataReceived += (_, line) => running.Take(line.Data);
        process.ErrorDataReceived += (_, line) => running.Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return running;
    }

    /// <summary>The first line from a position on that fits; fails when none comes in time or the program ends before.</summary>
    public async Task<string> LineAsync(string what, Func<string, bool> fits, int from, TimeSpan patience, CancellationToken stop)
    {
        DateTime deadline = DateTime.UtcNow + patience;
        int position = from;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            Task news;
            bool over;
            lock (_lock)
            {
                for (; position < _lines.Count; position++)
                {
                    if (fits(_lines[position]))
                    {
                        return _lines[position];
                    }
                }

                news = _news.Task;
                over = _openStreams == 0;
            }

            TimeSpan left = deadline - DateTime.UtcNow;
            if (over || left <= TimeSpan.Zero)
            {
                string why = over ? "the program ended" : $"nothing within {patience.TotalSeconds:0} s";
                throw new ExpectationFailedException($"{Name}: {what}: {why}; it last said: {Tail(from, 6)}");
            }

            await Task.WhenAny(news, Task.Delay(left, stop));
        }
    }

    /// <summary>Every line that any program has said since the lab began.</summary>
    public static IReadOnlyCollection<string> Everything => _everything;

    /// <summary>All lines from a position on.</summary>
    public IReadOnlyList<string> Lines(int from)
    {
        lock (_lock)
        {
            return [.. _lines.Skip(from)];
        }
    }

    /// <summary>Waits for the end.</summary>
    public async Task<int> EndAsync(TimeSpan patience, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ExpectationFailedException($"{Name}: did not end within {patience.TotalSeconds:0} s; it last said: {Tail(0, 6)}");
        }

        return _process.ExitCode;
    }

    /// <summary>Asks the program to end, as Ctrl-C or a service manager would, and waits; a program that does not is killed.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            Signal.Terminate(_process.Id);
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private string Tail(int from, int count)
    {
        lock (_lock)
        {
            string tail = string.Join(" | ", _lines.Skip(from).TakeLast(count));
            return tail.Length == 0 ? "nothing" : tail;
        }
    }

    private void Take(string? line)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            if (line is null)
            {
                _openStreams--;
            }
            else
            {
                _lines.Add(line);
                _everything.Enqueue(line);
            }

            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        news.TrySetResult();
    }
}
