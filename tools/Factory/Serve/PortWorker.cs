using System.Diagnostics;
using DeviceFirmware.Bytes;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Factory;

/// <summary>
/// One port: waits for a board, takes it through, shows the verdict until it is gone, and waits for the next. A board that was dealt with is
/// left alone until the line was silent or another one answers.
/// </summary>
public sealed class PortWorker(string port, Func<IStationLine> open, StationTimes times, Provisioner provisioner, Floor floor)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private string _dealtWith = "";

    /// <summary>Works until it is told to stop, or the line is gone; then the line is taken up again by a new worker.</summary>
    public void Run(CancellationToken stop)
    {
        try
        {
            floor.Put(Row(PortState.Waiting, "", ""));
            using IStationLine line = open();
            while (!stop.IsCancellationRequested)
            {
                Turn(line, stop);
            }
        }
        catch (IOException problem)
        {
            floor.Put(Row(PortState.Waiting, "", problem.Message));
            stop.WaitHandle.WaitOne(_pause);
        }
    }

    private void Turn(IStationLine line, CancellationToken stop)
    {
        line.Refresh();
        BoardLink glance = new(line, times with { Greeting = times.GreetingInterval });
        BoardMessage? board = glance.Greet(_ => true).Message;
        string who = board is null ? "" : $"{board.HardwareId} {Hex.Encode(board.KeyHash)}";
        if (board is null || who == _dealtWith)
        {
            _dealtWith = who;
            if (board is null)
            {
                floor.Put(Row(PortState.Waiting, "", ""));
            }

            stop.WaitHandle.WaitOne(_pause);
            return;
        }

        _dealtWith = who;
        Provision(new BoardLink(line, times), board);
    }

    private void Provision(BoardLink link, BoardMessage board)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string id = "";
        try
        {
            id = provisioner.IdOf(board);
            bool isNew = !provisioner.IsCompleted(id);
            floor.Put(Row(PortState.Working, id, $"hardware {board.HardwareId}"));
            StationStop? stop = provisioner.Run(link, board, id, text => floor.Put(Row(PortState.Working, id, text, watch)));
            floor.Put(stop is null ? Row(PortState.Pass, id, isNew ? "provisioned" : "was provisioned before", watch) : Row(PortState.Fail, id, stop.Line, watch), isNew);
        }
        catch (Exception problem) when (problem is not IOException)
        {
            // One board's trouble is not the other ports': it is shown, and the next board is another story.
            floor.Put(Row(PortState.Fail, id, $"unexpected: {problem.GetType().Name}: {problem.Message}", watch));
        }
    }

    private PortRow Row(PortState state, string id, string text, Stopwatch? watch = null) =>
        new(port, state, id, Tools.ToolFailure.OneLine(text), Math.Round(watch?.Elapsed.TotalSeconds ?? 0, 1));
}
