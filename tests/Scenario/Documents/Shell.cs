using System.Diagnostics;

namespace DeviceFirmware.Scenario.Documents;

/// <summary>A shell as a reader has one: it stays open from box to box, and every line that it prints is kept.</summary>
internal sealed class Shell : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private int _marks;

    public Shell(string workingDirectory, IReadOnlyDictionary<string, string> variables)
    {
        ProcessStartInfo start = new("sh") { WorkingDirectory = workingDirectory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, data) => Take(data.Data);
        _process.ErrorDataReceived += (_, data) => Take(data.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.WriteLine("set -e; exec 2>&1");
    }

    /// <summary>Runs a box to its end; the lines that it printed. Null when a command of it failed or it took too long.</summary>
    public IReadOnlyList<string>? Run(string commands, TimeSpan patience)
    {
        int from = Count();
        string mark = $"box {++_marks} ended";
        _process.StandardInput.WriteLine(commands);
        _process.StandardInput.WriteLine($"echo; echo '{mark}'");
        _process.StandardInput.Flush();
        int end = Wait(line => line == mark, from, patience);
        return end < 0 ? null : [.. Lines(from).Take(end - from)];
    }

    /// <summary>Starts a box that stays on; nothing can be run behind it.</summary>
    public void Start(string commands)
    {
        _process.StandardInput.WriteLine("exec " + commands.Trim());
        _process.StandardInput.Flush();
    }

    /// <summary>Position of the first line from there on that fits, or -1.</summary>
    public int Wait(Func<string, bool> fits, int from, TimeSpan patience)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            bool ended = _process.HasExited;
            IReadOnlyList<string> lines = Lines(from);
            for (int i = 0; i < lines.Count; i++)
            {
                if (fits(lines[i]))
                {
                    return from + i;
                }
            }

            if (ended || watch.Elapsed > patience)
            {
                return -1;
            }

            Thread.Sleep(50);
        }
    }

    /// <summary>Every line from a position on.</summary>
    public IReadOnlyList<string> Lines(int from)
    {
        lock (_lines)
        {
            return [.. _lines.Skip(from)];
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private int Count()
    {
        lock (_lines)
        {
            return _lines.Count;
        }
    }

    private void Take(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
