using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Storage;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>Does what a <see cref="Connection"/> asks for, on the board's ports, and tells it what became of it.</summary>
    public sealed class BrokerSession
    {
        private const int KeepAliveSeconds = 60;
        private const int JoinPatience = 30000;
        private const int SubscribePatience = 10000;
        private const int FirstWait = 1000;
        private const int LongestWait = 60000;

        /// <summary>Close, join, clock, connect, subscribe, heartbeat: one attempt a turn, however short its wait.</summary>
        private const int MaximumActions = 6;

        private readonly BoardParts _parts;
        private readonly IdentityMessage _identity;
        private readonly TrustSets _trust;
        private readonly DeviceCertificate _certificate;
        private readonly IIdentityKey _key;
        private readonly StatusReporter _reporter;
        private readonly BoardTime _time;
        private readonly LedgerNotes _notes;
        private readonly OperationalIdentities _operational;
        private readonly Topics _topics;
        private readonly Connection _connection;

        private readonly NetworkRecord _networks;

        private TlsParameters _tls;
        private byte[] _heartbeat;
        private int _attempts;

        /// <summary>A session of the board with that identity.</summary>
        public BrokerSession(BoardParts parts, IdentityMessage identity, DeviceCertificate certificate, IIdentityKey key, StatusReporter reporter, BoardTime time, LedgerNotes notes, TrustSets trust, OperationalIdentities operational)
        {
            _parts = parts ?? throw new ArgumentNullException(nameof(parts));
            _identity = identity ?? throw new ArgumentNullException(nameof(identity));
            _certificate = certificate ?? throw new ArgumentNullException(nameof(certificate));
            _key = key ?? throw new ArgumentNullException(nameof(key));
            _reporter = reporter ?? throw new ArgumentNullException(nameof(reporter));
            _time = time ?? throw new ArgumentNullException(nameof(time));
            _notes = notes ?? throw new ArgumentNullException(nameof(notes));
            _trust = trust ?? throw new ArgumentNullException(nameof(trust));
            _operational = operational ?? throw new ArgumentNullException(nameof(operational));
            _topics = new Topics(certificate.DeviceId);
            _networks = new NetworkRecord(new RecordStore(parts.Files), parts.Sealer, parts.Entropy);
            Network = LoadNetwork();
            _connection = new Connection(new Backoff(parts.Entropy, FirstWait, LongestWait));
        }

        /// <summary>True while connected and subscribed.</summary>
        public bool IsConnected => _connection.IsOpen && _parts.Link.IsConnected;

        /// <summary>True when a heartbeat of this connection was answered: it works both ways.</summary>
        public bool IsAlive => IsConnected && _connection.State == ConnectionState.Confirmed;

        /// <summary>Which network it joins.</summary>
        public NetworkChoice Network { get; }

        /// <summary>How far the connection has come.</summary>
        public ConnectionState State => _connection.State;

        /// <summary>Connections that were subscribed since power-on.</summary>
        public int Connections { get; private set; }

        /// <summary>Attempts that ended since a heartbeat was last answered.</summary>
        public int Failures => _connection.Failures;

        /// <summary>One turn: notices a loss, attempts when it is time for it, sends a heartbeat when one is due.</summary>
        public void Step()
        {
            if (_connection.IsOpen && !_parts.Link.IsConnected)
            {
                Log("connection lost");
                Report(ConnectionEvent.Lost);
            }

            for (int i = 0; i < MaximumActions; i++)
            {
                bool wasOpen = _connection.IsOpen;
                ConnectionAction action = _connection.Next(Now());
                if (wasOpen && !_connection.IsOpen)
                {
                    Network.Failed();
                    Log("heartbeat unanswered; closing");
                }

                if (action == ConnectionAction.None)
                {
                    return;
                }

                Do(action);
            }
        }

        /// <summary>Takes the answer to a heartbeat; one that does not carry the nonce that was sent is ignored. False when it is another message.</summary>
        public bool Take(BrokerMessage message)
        {
            if (message.Topic != _topics.HeartbeatReply)
            {
                return false;
            }

            Heartbeat answer = Heartbeat.Decode(message.Payload);
            if (!(answer is null) && ByteArray.AreEqual(answer.Nonce, _heartbeat))
            {
                _heartbeat = null;
                Report(ConnectionEvent.Answered);
                _attempts = 0;
                _trust.Answered();
                NoteAnswered();
                if (Network.Succeeded())
                {
                    SaveNetwork();
                }
            }

            return true;
        }

        /// <summary>The owner has set a network: it is stored, and the next attempt joins it.</summary>
        public void SetNetwork(NetworkCredentials next)
        {
            Network.Set(next);
            SaveNetwork();
        }

        /// <summary>The connection ends, and the next attempt joins whichever network has its turn.</summary>
        public void Rejoin()
        {
            Report(ConnectionEvent.Lost);
        }

        /// <summary>Ends the connection and clears the key bytes.</summary>
        public void Close()
        {
            Report(ConnectionEvent.Lost);
            _heartbeat = null;
            _parts.Link.Close();
            if (!(_tls is null))
            {
                _tls.Clear();
                _tls = null;
            }
        }

        private NetworkChoice LoadNetwork()
        {
            SealVerdict verdict = _networks.Load(out NetworkCredentials worked, out NetworkCredentials next);
            if (verdict != SealVerdict.Opened && verdict != SealVerdict.Absent)
            {
                Log("network lost: its record does not open; the owner can set one at the setup page");
            }

            return new NetworkChoice(worked ?? new NetworkCredentials(_identity.NetworkName, _identity.NetworkPassword), next);
        }

        private void SaveNetwork()
        {
            if (!_networks.Save(Network.Worked, Network.Next))
            {
                Log("network not stored: the board has no seal key");
            }
        }

        private void Do(ConnectionAction action)
        {
            switch (action)
            {
                case ConnectionAction.Join:
                    Join();
                    break;
                case ConnectionAction.SetClock:
                    SetClock();
                    break;
                case ConnectionAction.Connect:
                    Connect();
                    break;
                case ConnectionAction.Subscribe:
                    Subscribe();
                    break;
                case ConnectionAction.Beat:
                    Beat();
                    break;
                default:
                    Close();
                    break;
            }
        }

        private void Join()
        {
            NetworkCredentials network = Network.Current;
            if (network.Name.Length > 0 && !_parts.Radio.Join(network.Name, network.Password, JoinPatience))
            {
                Failed("connect failed token=not-joined");
                return;
            }

            Report(ConnectionEvent.Joined);
        }

        /// <summary>The set of this attempt, and the clock it needs. With two sets in turns the clock takes turns half as often: each set meets both.</summary>
        private void SetClock()
        {
            _trust.BeginConnection();
            _time.SetClock(_trust.Staged is null ? Failures : _attempts / 2);
            _attempts++;
            Report(ConnectionEvent.ClockSet);
        }

        private void Connect()
        {
            TrustSet set = _trust.Current;
            _operational.BeginConnection(_trust.Staged is null ? Failures : _attempts / 2, _time.Now == 0 ? _time.Floor : _time.Now);
            OperationalIdentity current = _operational.Current;
            TlsCheck check = current is null
                ? TlsParameters.Check(_certificate, _key, set.Host, set.Port, set.Root, _parts.TrustStore)
                : TlsParameters.Check(current, set.Host, set.Port, set.Root, _parts.TrustStore);
            if (check.Verdict != TlsVerdict.Accepted)
            {
                _notes.Count(LedgerKind.ConnectRefused, check.Token, Now());
                Failed("connect refused token=" + check.Token + " reason=\"" + check.Reason + "\"");
                return;
            }

            _tls = check.Parameters;
            BrokerConnectResult result = _parts.Link.Connect(_tls, _certificate.DeviceId, _topics.Status, _reporter.Compose("offline", "", "", null), KeepAliveSeconds);
            if (result != BrokerConnectResult.Connected)
            {
                if (result == BrokerConnectResult.TlsFailed || result == BrokerConnectResult.Refused)
                {
                    _notes.Count(LedgerKind.ConnectRefused, FailureToken(result), Now());
                }

                Failed("connect failed token=" + FailureToken(result));
                return;
            }

            Report(ConnectionEvent.Connected);
        }

        private void Subscribe()
        {
            if (!_parts.Link.Subscribe(_topics.CommandsFilter, SubscribePatience))
            {
                Failed("connect failed token=not-subscribed");
                return;
            }

            Log("connected host=" + _trust.Current.Host + " port=" + _trust.Current.Port.ToString() + " identity=" + (_operational.Current is null ? "initial" : "operational"));
            Connections++;
            Report(ConnectionEvent.Subscribed);
        }

        private void NoteAnswered()
        {
            bool wasStaged = !(_operational.Staged is null) && ReferenceEquals(_operational.Current, _operational.Staged);
            if (_operational.Answered())
            {
                Log(wasStaged
                    ? "certificate confirmed tenant=" + _operational.Active.Certificate.Tenant + " until=" + X509Time.ToIso8601(_operational.Active.Certificate.NotAfter)
                    : "certificate given up; the one before stays");
            }
        }

        private void Beat()
        {
            _heartbeat = new byte[Heartbeat.NonceSize];
            _parts.Entropy.Fill(_heartbeat);
            _parts.Link.Publish(_topics.HeartbeatRequest, new Heartbeat(_heartbeat).Encode(), true);
        }

        private void Failed(string line)
        {
            Log(line);
            Network.Failed();
            Report(ConnectionEvent.Failed);
        }

        private void Report(ConnectionEvent what)
        {
            _connection.Report(_connection.Attempt, what, Now());
        }

        private static string FailureToken(BrokerConnectResult result)
        {
            switch (result)
            {
                case BrokerConnectResult.NetworkFailed: return "network-failed";
                case BrokerConnectResult.TlsFailed: return "tls-failed";
                case BrokerConnectResult.Refused: return "refused-by-broker";
                default: return "not-evaluated";
            }
        }

        private long Now()
        {
            return _parts.Clock.Uptime();
        }

        private void Log(string line)
        {
            _parts.Board.Log(line);
        }
    }
}
