using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// A board's life from power-on, in order: the crypto proves itself; the key is there or is made; the identity is checked; a slot is
    /// chosen and its image verified; then the board connects, or waits on the serial line for what it lacks.
    /// </summary>
    public sealed class BoardLife
    {
        /// <summary>Milliseconds to the start after one that the flash ended: 24 a day at most, each of a few writes at most.</summary>
        private const int StoragePause = 3600000;

        private readonly BoardParts _parts;
        private readonly CryptoSelfTest _selfTest;
        private readonly RecordStore _store;
        private readonly SealedRecord _keyRecord;
        private readonly TestedNoise _noise;

        /// <summary>The life of a board of these parts.</summary>
        public BoardLife(BoardParts parts)
            : this(parts, new CryptoSelfTest())
        {
        }

        /// <summary>The same with a self-test of the caller's.</summary>
        public BoardLife(BoardParts parts, CryptoSelfTest selfTest)
        {
            _parts = parts ?? throw new ArgumentNullException(nameof(parts));
            _selfTest = selfTest ?? throw new ArgumentNullException(nameof(selfTest));
            _store = new RecordStore(parts.Files);
            _keyRecord = DeviceKey.Record(_store, parts.Sealer, parts.Entropy);
            _noise = new TestedNoise(parts.Radio, parts.Entropy);
        }

        /// <summary>
        /// Lives until the next restart: returns only after one was asked for. Flash that fails where the board cannot do without it (no key, no
        /// slot, nothing to read) is never taken for an empty one: nothing more is written, and the next start is an hour later.
        /// </summary>
        public void Run()
        {
            try
            {
                Begin();
            }
            catch (StorageFailedException fault)
            {
                WaitOut(fault);
            }

            _parts.Board.Restart();
        }

        private void Begin()
        {
            TrustAnchors anchors = _parts.Anchors;
            Log("power-on firmware=" + Platform.FirmwareVersion + " environment=" + (anchors.Environment.Length == 0 ? "-" : anchors.Environment)
                + " board=" + _parts.Board.BoardType + " hardware=" + _parts.Board.HardwareId);
            if (Wipe.HasBegun(_store))
            {
                Wipe.Finish(_store, _parts.Files, _parts.PlatformStore);
                Log("wiped: a new board");
                return;
            }

            HaltWithDebugger();
            HaltUnless(_selfTest.Verifies());
            HaltUnless(SealerTest.Passes(_parts.Sealer));
            IIdentityKey key = LoadKey();
            IdentityMessage identity = IdentityRecord.Load(_store);
            DeviceCertificate certificate = null;
            if (!(identity is null))
            {
                certificate = CheckIdentity(identity, key, out CertificateVerdict verdict);

                // The key of that identity is gone, and with it the identity: this is a new board, with nothing to lose.
                identity = verdict == CertificateVerdict.OtherKey ? null : identity;
                new NetworkRecord(_store, _parts.Sealer, _parts.Entropy).SealOld(identity);
            }

            // Without an identity it will sign a request for one; with one it never signs here.
            HaltUnless(!(identity is null) || _selfTest.Signs());

            var counter = new SecurityCounter(_store, Platform.MinimumSecurityCounter);
            SlotTable table = SlotTable.Load(_store);
            Log("slots " + table.Describe() + " counter=" + counter.Value.ToString());
            BootSequence boot = Boot(table, counter, !(identity is null));
            bool hasImage = !(boot is null) && !(boot.Image is null);

            BoardState state = identity is null ? BoardState.Unprovisioned : hasImage ? BoardState.Provisioned : BoardState.Recovery;
            var self = new BoardSelf(state, _parts.Board.HardwareId, _parts.Board.BoardType, Platform.FirmwareVersion, anchors.Environment,
                anchors.FactoryRoot, key.PublicKey.KeyHash(), certificate is null ? "" : certificate.DeviceId);
            Log("serial " + self.DescribeAsText());
            var secrets = new BoardSecrets(_noise, _store, _parts.Sealer, _parts.Entropy);
            var session = new ProvisioningSession(_parts.Files, _store, key, self, _parts.Rules(counter.Value, table), table, counter, secrets);
            var console = new SerialConsole(_parts.Serial, session);

            if (state == BoardState.Provisioned && !(certificate is null))
            {
                Live(new ConnectedBoard(_parts, identity, certificate, key, table, counter, boot), console);
            }
            else
            {
                WaitOnSerialLine(console, session);
            }
        }

        /// <summary>
        /// Chooses and verifies. Where the flash does not keep what was decided, the board is in quarantine: no trial is begun, since none could be
        /// counted, and what is in use or was before is chosen by the table in memory. Each fault changes that table, so four tries are enough.
        /// </summary>
        private BootSequence Boot(SlotTable table, SecurityCounter counter, bool isProvisioned)
        {
            Quarantine quarantine = Quarantine.Load(_store);
            quarantine.HoldBack(table);
            for (int tries = 0; isProvisioned && tries < 4; tries++)
            {
                try
                {
                    return BootSequence.Run(_parts.Files, table, _parts.Rules(counter.Value, table), _parts.Board);
                }
                catch (StorageFailedException fault)
                {
                    Log("storage fault: " + fault.Message);
                    quarantine.StorageFault();
                    quarantine.HoldBack(table);
                }
            }

            return null;
        }

        private void Live(ConnectedBoard board, SerialConsole console)
        {
            board.Begin();
            while (!board.WantsRestart)
            {
                console.Poll(10);
                board.Step();
            }

            board.End();
        }

        private void WaitOnSerialLine(SerialConsole console, ProvisioningSession session)
        {
            while (!session.IsFinished)
            {
                console.Poll(250);
            }

            Log("serial finished; restarting");

            // The last acknowledgement is still on its way.
            _parts.Clock.Sleep(200);
        }

        private IIdentityKey LoadKey()
        {
            IIdentityKey key = DeviceKey.Load(_keyRecord, out SealVerdict verdict);
            if (!(key is null))
            {
                DeviceKey.SealOld(_keyRecord, _noise);
                return key;
            }

            if (verdict != SealVerdict.Absent)
            {
                string reason = verdict == SealVerdict.NoSealKey ? "the seal key is gone" : verdict == SealVerdict.WrongTag ? "the seal does not fit" : "it is damaged";
                Log("key lost token=key-lost reason=\"" + reason + "; a new key makes this a new board\"");
            }

            return MakeKey();
        }

        private IIdentityKey MakeKey()
        {
            HaltUnless(_selfTest.Signs());
            IIdentityKey key = DeviceKey.Generate(_keyRecord, _noise, _parts.Board.HardwareId, out EntropyVerdict verdict);
            if (key is null)
            {
                Halt("entropy", TestedNoise.WhyNone(verdict) + "; no key is made");
            }

            Log("key made hash=" + Hex.Encode(key.PublicKey.KeyHash()));
            return key;
        }

        /// <summary>The identity's certificate through its door, at every boot; null when this firmware does not believe in it.</summary>
        private DeviceCertificate CheckIdentity(IdentityMessage identity, IIdentityKey key, out CertificateVerdict verdict)
        {
            Certificate claimed = Certificate.Decode(identity.Certificate);
            string deviceId = claimed is null ? "" : claimed.Subject.CommonName;
            CertificateCheck check = DeviceCertificate.Check(identity.Certificate, identity.Issuer, key.PublicKey, _parts.Board.HardwareId,
                deviceId, _parts.Anchors.Environment, _parts.Anchors.FactoryRoot);
            verdict = check.Verdict;
            if (check.Verdict != CertificateVerdict.Accepted)
            {
                Log("identity refused token=" + check.Token + " reason=\"" + check.Reason + "\"");
            }

            return check.Certificate;
        }

        private void HaltUnless(bool givesKnownAnswers)
        {
            if (!givesKnownAnswers)
            {
                Halt("self-test", "the crypto does not give its known answers");
            }
        }

        private void HaltWithDebugger()
        {
            if (_parts.Board.HasDebugger)
            {
                Log("debugger attached");
            }

            if (new DebugGate(_parts.Board, _parts.RefusesDebugger).IsViolated(_parts.Clock.Uptime()))
            {
                Halt("debugger", "this build runs with no debugger attached");
            }
        }

        private void WaitOut(StorageFailedException fault)
        {
            Log("storage fault: " + fault.Message + "; the next start is in an hour");
            var console = new SerialConsole(_parts.Serial, new HaltedAnswers("storage", fault.Message));
            long until = _parts.Clock.Uptime() + StoragePause;
            while (_parts.Clock.Uptime() < until)
            {
                console.Poll(1000);
            }
        }

        /// <summary>Says why, in the log and to whoever asks on the serial line, until the power is cycled. Does not return.</summary>
        private void Halt(string token, string reason)
        {
            Log("halted token=" + token + " reason=\"" + reason + "\"");
            var console = new SerialConsole(_parts.Serial, new HaltedAnswers(token, reason));
            while (true)
            {
                console.Poll(1000);
            }
        }

        private void Log(string line)
        {
            _parts.Board.Log(line);
        }
    }
}
