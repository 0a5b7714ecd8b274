namespace DeviceFirmware.Factory;

/// <summary>All ports of the station: one worker for each that is there, as they come and go.</summary>
public sealed class PortWatch(PortPatterns ports, Func<string, IStationLine> open, StationTimes times, Provisioner provisioner, Floor floor)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Works until told to stop, or until so many boards have passed; 0 for no such end.</summary>
    public void Run(int boards, CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Dictionary<string, Thread> workers = [];
        while (!end.IsCancellationRequested)
        {
            IReadOnlyList<string> present = ports.Present();
            foreach (string port in present.Where(port => !workers.TryGetValue(port, out Thread? worker) || !worker.IsAlive))
            {
                PortWorker work = new(port, () => open(port), times, provisioner, floor);
                Thread thread = new(() => work.Run(end.Token)) { IsBackground = true, Name = port };
                workers[port] = thread;
                thread.Start();
            }

            foreach (string gone in workers.Keys.Except(present).Where(port => !workers[port].IsAlive).ToArray())
            {
                workers.Remove(gone);
                floor.Remove(gone);
            }

            if (boards > 0 && floor.Totals().Passed >= boards)
            {
                end.Cancel();
            }

            end.Token.WaitHandle.WaitOne(_interval);
        }

        // A board in the middle of its life at the factory is brought to an end.
        foreach (Thread worker in workers.Values)
        {
            worker.Join();
        }
    }
}
