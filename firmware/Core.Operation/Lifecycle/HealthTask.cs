using System;
using DeviceFirmware.Connect;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>How the board is: in a status after each connection, every hour, and when a debugger comes or goes or telemetry was lost.</summary>
    internal sealed class HealthTask : BoardTask
    {
        private const int Period = 3600000;
        private const int ShortestPeriod = 60000;

        private readonly BoardContext _context;
        private readonly TelemetryTask _telemetry;
        private bool _isDue;
        private long _saidAt;
        private int _saidLost;
        private int _saidDropped;
        private int _saidFaults;
        private bool _saidDebugger;

        internal HealthTask(BoardContext context, TelemetryTask telemetry)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
            _telemetry = telemetry ?? throw new ArgumentNullException(nameof(telemetry));
        }

        /// <inheritdoc/>
        public override void Connected()
        {
            _isDue = true;
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            if (_context.Debug.IsViolated(_context.Now))
            {
                _context.Log("debugger refused; restarting");
                _context.RestartSoon("debugger");
                return;
            }

            if (!isConnected)
            {
                return;
            }

            IBoard board = _context.Parts.Board;
            long since = _context.Now - _saidAt;
            IApplicationRunner application = _context.Parts.Application;
            bool changed = application.Faults != _saidFaults || _telemetry.Ring.Lost != _saidLost || _context.Parts.Link.Dropped != _saidDropped || board.HasDebugger != _saidDebugger;
            if (!_isDue && since < Period && !(changed && since >= ShortestPeriod))
            {
                return;
            }

            _isDue = false;
            _saidAt = _context.Now;
            _saidLost = _telemetry.Ring.Lost;
            _saidDropped = _context.Parts.Link.Dropped;
            _saidFaults = application.Faults;
            _saidDebugger = board.HasDebugger;
            _context.Reporter.SendHealth(new JsonObject()
                .Number("boot", _context.Boots.Count)
                .Text("reset", _context.Boots.Reset)
                .Number("uptime", _context.Now / 1000)
                .Number("heap", board.FreeHeap())
                .Number("block", board.LargestFreeBlock())
                .Number("connections", _context.Session.Connections)
                .Number("writes", _context.Parts.FlashWrites)
                .Number("waiting", _telemetry.Ring.Count)
                .Number("lost", _telemetry.Ring.Lost)
                .Number("dropped", _context.Parts.Link.Dropped)
                .Number("faults", application.Faults)
                .Number("refused", application.Refused)
                .Number("settings", _context.Settings.InForce.Version)
                .Text("debugger", board.HasDebugger ? "attached" : "none"));
        }
    }
}
