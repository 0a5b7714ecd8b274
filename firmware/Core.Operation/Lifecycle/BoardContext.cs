using System;
using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>What the tasks of one power-on share: who the board is, what it runs, what it stores, how it speaks, and the wish to restart.</summary>
    public sealed class BoardContext
    {
        /// <summary>Milliseconds from the wish to the restart: last words are on their way.</summary>
        private const int FlushTime = 50;

        private long _restartAt;
        private string _restartWord = "";

        /// <summary>The context of a provisioned board that boots that image.</summary>
        public BoardContext(BoardParts parts, IdentityMessage identity, DeviceCertificate certificate, IIdentityKey key, SlotTable table, SecurityCounter counter, BootSequence boot)
        {
            Parts = parts ?? throw new ArgumentNullException(nameof(parts));
            Identity = identity ?? throw new ArgumentNullException(nameof(identity));
            Certificate = certificate ?? throw new ArgumentNullException(nameof(certificate));
            Key = key ?? throw new ArgumentNullException(nameof(key));
            Table = table ?? throw new ArgumentNullException(nameof(table));
            Counter = counter ?? throw new ArgumentNullException(nameof(counter));
            Boot = boot ?? throw new ArgumentNullException(nameof(boot));
            Store = new RecordStore(parts.Files);
            Topics = new Topics(certificate.DeviceId);
            KeyHash = key.PublicKey.KeyHash();
            Trust = TrustSets.Load(Store, TrustSet.OfAnchors(parts.Anchors, identity.BrokerHost, identity.BrokerPort), KeyHash);
            Time = new BoardTime(Store, parts.Clock, parts.Anchors.BuildTime, Trust, certificate);
            Orders = OrderRecord.Load(Store);
            Reporter = new StatusReporter(parts, certificate, boot, counter, Trust);
            Quarantine = Quarantine.Load(Store);
            Settings = SettingsRecord.Load(Store, parts.Sealer, parts.Entropy);
            Boots = BootRecord.Next(Store);
            if (Boots.IsLost)
            {
                Quarantine.StorageFault();
            }

            Debug = new DebugGate(parts.Board, parts.RefusesDebugger);
            Ledger = BoardLedger.Load(Store, KeyHash);
            Notes = new LedgerNotes();
            Operational = OperationalIdentities.Load(OperationalIdentities.Record(Store, parts.Sealer, parts.Entropy), OperationalRules());
            Session = new BrokerSession(parts, identity, certificate, key, Reporter, Time, Notes, Trust, Operational);
        }

        /// <summary>The ports.</summary>
        public BoardParts Parts { get; }

        /// <summary>The identity record: broker, period, network of the factory.</summary>
        public IdentityMessage Identity { get; }

        /// <summary>The board's own certificate, through its door.</summary>
        public DeviceCertificate Certificate { get; }

        /// <summary>The board's id.</summary>
        public string DeviceId => Certificate.DeviceId;

        /// <summary>The identity key.</summary>
        public IIdentityKey Key { get; }

        /// <summary>The slots.</summary>
        public SlotTable Table { get; }

        /// <summary>The stored security counter.</summary>
        public SecurityCounter Counter { get; }

        /// <summary>What was booted.</summary>
        public BootSequence Boot { get; }

        /// <summary>The records.</summary>
        public RecordStore Store { get; }

        /// <summary>The application's settings.</summary>
        public SettingsRecord Settings { get; }

        /// <summary>Number and reason of this start.</summary>
        public BootRecord Boots { get; }

        /// <summary>Whether a debugger may be attached.</summary>
        public DebugGate Debug { get; }

        /// <summary>Key hash of the identity key.</summary>
        public byte[] KeyHash { get; }

        /// <summary>What is believed of the fleet: <see cref="TrustSets.Current"/> is the set of the connection that is made or stands.</summary>
        public TrustSets Trust { get; }

        /// <summary>What is known of the time.</summary>
        public BoardTime Time { get; }

        /// <summary>The operational certificates: in use and on trial.</summary>
        public OperationalIdentities Operational { get; }

        /// <summary>What was obeyed before.</summary>
        public OrderRecord Orders { get; }

        /// <summary>Whether the board keeps itself apart.</summary>
        public Quarantine Quarantine { get; }

        /// <summary>What happened to this board.</summary>
        public BoardLedger Ledger { get; }

        /// <summary>What waits to be written into the ledger.</summary>
        public LedgerNotes Notes { get; }

        /// <summary>The board's topics.</summary>
        public Topics Topics { get; }

        /// <summary>Says on the status topic and the console what the board is doing.</summary>
        public StatusReporter Reporter { get; }

        /// <summary>The connection.</summary>
        public BrokerSession Session { get; }

        /// <summary>True once a restart was asked for: no task gets another turn.</summary>
        public bool IsRestarting => _restartAt != 0;

        /// <summary>True when the life of this power-on is over.</summary>
        public bool WantsRestart => _restartAt != 0 && Now >= _restartAt;

        /// <summary>Milliseconds since power-on.</summary>
        public long Now => Parts.Clock.Uptime();

        /// <summary>Seconds since 1970 as the board believes: authenticated, or else the floor.</summary>
        public long BelievedTime => Time.Now == 0 ? Time.Floor : Time.Now;

        /// <summary>What an operational certificate is judged by now.</summary>
        public OperationalRules OperationalRules()
        {
            TrustSet set = Trust.Current;
            return new OperationalRules(Parts.Board.HardwareId, DeviceId, Parts.Anchors.Environment, set.Root, set.OperationalCa, Time.Floor, Time.Now);
        }

        /// <summary>True once after the button was pressed; the first task that asks has the press. Never on a board without a button.</summary>
        public bool WasPressed()
        {
            return !(Parts.Portal is null) && Parts.Portal.WasPressed();
        }

        /// <summary>The label's setup password, upper case without hyphens; null when the board has none that it can open. Its owner clears it.</summary>
        public byte[] SetupPassword()
        {
            return Provisioning.SetupPassword.Load(Provisioning.SetupPassword.Record(Store, Parts.Sealer, Parts.Entropy));
        }

        /// <summary>Something for the ledger; it is durable after <see cref="WriteLedger"/>, or a minute later.</summary>
        public void Note(string kind, string word, long number, byte[] hash)
        {
            if (Notes.IsFull)
            {
                WriteLedger();
            }

            Notes.Note(new LedgerEvent(kind, word, number, hash), Now);
        }

        /// <summary>Makes durable what waits for the ledger.</summary>
        public void WriteLedger()
        {
            if (!Quarantine.HasStorageFault)
            {
                Notes.Write(Ledger, BelievedTime, Key, Now);
            }
        }

        /// <summary>Asks for a restart; the word, at most 32 characters, is what the next start tells of its reason.</summary>
        public void RestartSoon(string word)
        {
            if (_restartAt == 0)
            {
                _restartWord = word ?? throw new ArgumentNullException(nameof(word));
                _restartAt = Now + FlushTime;
            }
        }

        /// <summary>Writes down why, as the last thing before a restart that was asked for.</summary>
        public void Leave()
        {
            if (_restartWord.Length > 0 && !Quarantine.HasStorageFault)
            {
                Boots.Leave(_restartWord);
            }
        }

        /// <summary>A line on the console. Never a secret.</summary>
        public void Log(string line)
        {
            Parts.Board.Log(line);
        }
    }
}
