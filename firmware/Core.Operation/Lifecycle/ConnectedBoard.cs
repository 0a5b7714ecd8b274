using DeviceFirmware.Connect;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// A provisioned board with a verified image: the turn loop. It keeps the connection, hands each message to the task that takes it, and
    /// gives each task its turn. One turn is one <see cref="Step"/>; nothing here waits except the connection attempt and an acknowledged
    /// publish.
    /// </summary>
    public sealed class ConnectedBoard
    {
        private const int ReceivePatience = 10;

        private readonly BoardContext _context;
        private readonly BrokerSession _session;
        private readonly ApplicationWatch _watch;
        private readonly BoardTask[] _tasks;

        private bool _greeted;

        /// <summary>A board that boots that image.</summary>
        public ConnectedBoard(BoardParts parts, IdentityMessage identity, DeviceCertificate certificate, IIdentityKey key, SlotTable table, SecurityCounter counter, BootSequence boot)
        {
            _context = new BoardContext(parts, identity, certificate, key, table, counter, boot);
            _session = _context.Session;
            _watch = new ApplicationWatch(_context);
            _tasks = BoardTasks.Of(_context);
        }

        /// <summary>True when the life of this power-on is over.</summary>
        public bool WantsRestart => _context.WantsRestart;

        /// <summary>Starts the application and turns the radio on.</summary>
        public void Begin()
        {
            BootSequence boot = _context.Boot;
            _context.Log("boot slot=" + SlotTable.Letter(boot.Slot) + " version=" + boot.Image.Version.ToString() + " trial=" + (boot.IsTrial ? "yes" : "no")
                + " counter=" + _context.Counter.Value.ToString() + " device=" + _context.DeviceId);
            try
            {
                NoteQuarantine();
                _watch.Begin();
            }
            catch (StorageFailedException fault)
            {
                TakeFault(fault);
            }

            _context.Parts.Radio.Start();
            for (int i = 0; i < _tasks.Length; i++)
            {
                try
                {
                    _tasks[i].Begin();
                }
                catch (StorageFailedException fault)
                {
                    TakeFault(fault);
                }
            }
        }

        /// <summary>One turn. Flash that does not keep what it is given ends in quarantine, not in restarts without end.</summary>
        public void Step()
        {
            try
            {
                Turn();
            }
            catch (StorageFailedException fault)
            {
                TakeFault(fault);
            }
        }

        private void TakeFault(StorageFailedException fault)
        {
            _context.Log("storage fault: " + fault.Message);
            _context.Quarantine.StorageFault();
            _context.Reporter.IsQuarantined = true;
            _context.Parts.Application.Stop();
        }

        private void Turn()
        {
            if (_context.IsRestarting)
            {
                return;
            }

            _watch.Look();
            if (_context.IsRestarting)
            {
                return;
            }

            if (_session.IsConnected)
            {
                // Before the heartbeat: an answer that waits belongs to the last one.
                Receive();
            }

            Connect();
            bool isConnected = _session.IsConnected;
            for (int i = 0; i < _tasks.Length && !_context.IsRestarting; i++)
            {
                _tasks[i].Step(isConnected);
            }

            if (isConnected && !_context.IsRestarting)
            {
                _watch.Step(true);
            }
        }

        /// <summary>Leaves in an orderly way.</summary>
        public void End()
        {
            try
            {
                for (int i = 0; i < _tasks.Length; i++)
                {
                    _tasks[i].End();
                }

                _context.Leave();
            }
            catch (StorageFailedException fault)
            {
                TakeFault(fault);
            }

            _watch.End();
            _session.Close();
            _context.Log("restart");
        }

        private void NoteQuarantine()
        {
            Quarantine quarantine = _context.Quarantine;
            quarantine.NoteTrial(_context.Table, _context.Boot.Slot);
            _context.Reporter.IsQuarantined = quarantine.IsActive;
            if (quarantine.IsActive)
            {
                _context.Log("quarantined " + (quarantine.IsByOrder ? "by order" : "by itself") + " reason=\"" + quarantine.Reason + "\"");
            }

            // What the board began by itself, and what a cut came before.
            LedgerEvent told = _context.Ledger.Latest(LedgerKind.Quarantine, LedgerKind.Release, null);
            bool isTold = !(told is null) && told.Kind == LedgerKind.Quarantine;
            if (isTold != quarantine.IsActive)
            {
                _context.Note(isTold ? LedgerKind.Release : LedgerKind.Quarantine, quarantine.Reason, quarantine.IsByOrder || isTold ? 1 : 0, null);
            }
        }

        private void Connect()
        {
            int before = _session.Connections;
            _session.Step();
            if (_greeted && (!_session.IsConnected || _session.Connections != before))
            {
                _greeted = false;
                for (int i = 0; i < _tasks.Length; i++)
                {
                    _tasks[i].Disconnected();
                }
            }

            if (!_greeted && _session.IsConnected)
            {
                _greeted = true;
                _context.Reporter.Send("online", "", "", null);
                _context.Reporter.SendHeld();
                if (_context.Quarantine.IsActive)
                {
                    _context.Reporter.Send("quarantined", _context.Quarantine.IsByOrder ? "by-order" : "by-board", _context.Quarantine.Reason, null);
                }

                _watch.Connected();
                for (int i = 0; i < _tasks.Length; i++)
                {
                    _tasks[i].Connected();
                }
            }
        }

        private void Receive()
        {
            BrokerMessage message = _context.Parts.Link.Receive(ReceivePatience);
            if (message is null || _session.Take(message))
            {
                return;
            }

            for (int i = 0; i < _tasks.Length; i++)
            {
                if (_tasks[i].Take(message))
                {
                    return;
                }
            }
        }
    }
}
