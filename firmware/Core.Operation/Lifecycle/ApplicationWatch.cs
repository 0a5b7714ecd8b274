using System;
using DeviceFirmware.Ledger;
using DeviceFirmware.Slots;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Watches the application: one that crashes or hangs on trial is rejected, one in use leaves the platform running or is restarted; one
    /// on trial is confirmed when the fleet has answered and the application is well.
    /// </summary>
    internal sealed class ApplicationWatch : BoardTask
    {
        private const int ApplicationPatience = 10000;
        private const int TrialWindow = 300000;
        private const int FirstRest = 600000;
        private const int LaterRest = 3600000;
        private const string CrashedWord = "application-crashed";
        private const string HungWord = "application-hung";

        private readonly BoardContext _context;
        private readonly IApplicationRunner _application;

        private long _windowBegan;
        private bool _wasAlive;
        private bool _isReported;
        private long _restsUntil;

        internal ApplicationWatch(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
            _application = context.Parts.Application;
            _windowBegan = context.Now;
        }

        /// <inheritdoc/>
        public override void Begin()
        {
            BootSequence boot = _context.Boot;
            if (_context.Quarantine.IsActive)
            {
                return;
            }

            if (!boot.IsTrial)
            {
                // Finishes what a cut between confirming and raising left undone.
                _context.Counter.RaiseTo(boot.Image.SecurityCounter);
            }

            _application.Start(boot.Image, _context.DeviceId, _context.Identity.TelemetrySeconds * 1000, _context.Settings.InForce);
        }

        /// <summary>At the start of each turn: how is it?</summary>
        internal void Look()
        {
            if (_context.Quarantine.IsActive)
            {
                return;
            }

            bool crashed = _application.State == ApplicationState.Crashed;
            bool hangs = _application.BusyFor > ApplicationPatience;
            if (_context.Reporter.IsTrial && (crashed || hangs))
            {
                Reject(crashed ? "crashed" : "hung", crashed ? _application.CrashReason : "a call into the application did not return");
                return;
            }

            if (crashed || hangs)
            {
                Rest(crashed ? CrashedWord : HungWord, crashed ? "crashed" : "hung", crashed ? _application.CrashReason : "a call did not return");
            }

            if (_context.Reporter.IsTrial && _context.Now - _windowBegan > TrialWindow)
            {
                EndWindow();
            }
        }

        /// <inheritdoc/>
        public override void Connected()
        {
            Slot other = _context.Table[1 - _context.Boot.Slot];
            if (other.State == SlotState.Rejected)
            {
                _context.Reporter.Send("reverted", other.RejectToken, other.RejectReason, other.FileHash);
            }
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            if (!_context.Reporter.IsTrial || _context.Quarantine.IsActive || !_context.Session.IsAlive)
            {
                return;
            }

            if (!_wasAlive)
            {
                // The application has its whole window from here, however long the network took.
                _wasAlive = true;
                _windowBegan = _context.Now;
            }

            if (!_application.IsHealthy)
            {
                return;
            }

            BootSequence boot = _context.Boot;
            _context.Table.Confirm(boot.Slot);
            _context.Counter.RaiseTo(boot.Image.SecurityCounter);
            _context.Quarantine.NoteConfirmed();
            _context.Reporter.IsTrial = false;
            _context.Note(LedgerKind.Update, "confirmed", boot.Image.SecurityCounter, _context.Table[boot.Slot].FileHash);
            _context.Reporter.Send("confirmed", "accepted", "connected, heartbeat answered, application healthy", _context.Table[boot.Slot].FileHash);
        }

        /// <inheritdoc/>
        public override void End()
        {
            _application.Stop();
        }

        /// <summary>
        /// An application in use has failed. The platform stays: the fleet can still send something better. Then it is tried again, after a hang
        /// at once and after a crash in ten minutes; when the restart before was for the same, in an hour, since each start writes flash.
        /// </summary>
        private void Rest(string word, string what, string reason)
        {
            if (!_isReported)
            {
                _context.Log("application " + what + " reason=\"" + reason + "\"");
                _context.Note(LedgerKind.Application, what, 1, _context.Boot.Image.Digest);
                _context.Reporter.Send("application", what, reason, null);
                _isReported = true;
                _restsUntil = _context.Now + (_context.Boots.Reset == word ? LaterRest : word == HungWord ? 0 : FirstRest);
            }

            if (_context.Now >= _restsUntil)
            {
                _context.RestartSoon(word);
            }
        }

        /// <summary>Whose fault was it? An application that says it is not well while the fleet answers, or nobody's.</summary>
        private void EndWindow()
        {
            if (_wasAlive && !_application.IsHealthy)
            {
                Reject("unhealthy", "connected, but the application did not become healthy");
                return;
            }

            _context.Note(LedgerKind.Update, "unreached", _context.Boot.Image.SecurityCounter, _context.Table[_context.Boot.Slot].FileHash);
            _context.Table.EndUnreached(_context.Boot.Slot);
            _context.Log("trial window over without the fleet; restarting");
            _context.RestartSoon("trial-unreached");
        }

        private void Reject(string token, string reason)
        {
            _context.Note(LedgerKind.Update, token, _context.Boot.Image.SecurityCounter, _context.Table[_context.Boot.Slot].FileHash);
            _context.Table.Reject(_context.Boot.Slot, token, reason);
            _context.Log("trial failed version=" + _context.Boot.Image.Version.ToString() + " token=" + token + " reason=\"" + reason + "\"");
            _context.RestartSoon("trial-" + token);
        }
    }
}
