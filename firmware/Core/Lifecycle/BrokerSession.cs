using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Identity;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>The connection: made with backing off, kept alive by heartbeats that the fleet has to answer, made anew when it is lost.</summary>
    public sealed class BrokerSession
    {
        private const int KeepAliveSeconds = 60;
        private const int HeartbeatPeriod = 30000;
        private const int HeartbeatPatience = 90000;
        private const int JoinPatience = 30000;
        private const int SubscribePatience = 10000;

        private readonly BoardParts _parts;
        private readonly IdentityMessage _identity;
        private readonly DeviceCertificate _certificate;
        private readonly IIdentityKey _key;
        private readonly Topics _topics;
        private readonly Backoff _backoff;

        private TlsParameters _tls;
        private long _connectAt;
        private byte[] _heartbeat;
        private long _heartbeatAt;
        private long _answeredAt;

        /// <summary>A session of the board with that identity.</summary>
        public BrokerSession(BoardParts parts, IdentityMessage identity, DeviceCertificate certificate, IIdentityKey key)
        {
            _parts = parts ?? throw new ArgumentNullException(nameof(parts));
            _identity = identity ?? throw new ArgumentNullException(nameof(identity));
            _certificate = certificate ?? throw new ArgumentNullException(nameof(certificate));
            _key = key ?? throw new ArgumentNullException(nameof(key));
            _topics = new Topics(certificate.DeviceId);
            _backoff = new Backoff(parts.Entropy, 1000, 60000);
        }

        /// <summary>True while connected.</summary>
        public bool IsConnected => _parts.Link.IsConnected;

        /// <summary>True when the last heartbeat of this connection was answered: it works both ways.</summary>
        public bool IsAlive => IsConnected && _heartbeatAt != 0 && _heartbeat is null;

        /// <summary>One attempt, when it is time for one; true when it connected and subscribed.</summary>
        public bool TryConnect(string will)
        {
            if (Now() < _connectAt)
            {
                return false;
            }

            if (!(_tls is null))
            {
                Close();
                Log("connection lost");
            }

            if (_identity.NetworkName.Length > 0 && !_parts.Radio.Join(_identity.NetworkName, _identity.NetworkPassword, JoinPatience))
            {
                return Failed("connect failed token=not-joined");
            }

            TimeFloor.Apply(_parts.Clock, TimeFloor.Of(_parts.Anchors.FleetRoot, _certificate));
            TlsCheck check = TlsParameters.Check(_certificate, _key, _identity.BrokerHost, _identity.BrokerPort, _parts.Anchors.FleetRoot, _parts.TrustStore);
            if (check.Verdict != TlsVerdict.Accepted)
            {
                return Failed("connect refused token=" + check.Token + " reason=\"" + check.Reason + "\"");
            }

            _tls = check.Parameters;
            BrokerConnectResult result = _parts.Link.Connect(_tls, _certificate.DeviceId, _topics.Status, will, KeepAliveSeconds);
            if (result != BrokerConnectResult.Connected || !_parts.Link.Subscribe(_topics.CommandsFilter, SubscribePatience))
            {
                Close();
                return Failed("connect failed token=" + FailureToken(result));
            }

            Log("connected host=" + _identity.BrokerHost + " port=" + _identity.BrokerPort.ToString());
            _backoff.Reset();
            _heartbeat = null;
            _heartbeatAt = 0;
            _answeredAt = Now();
            return true;
        }

        /// <summary>Sends a heartbeat when one is due; gives the connection up when none was answered for too long.</summary>
        public void BeatHeart()
        {
            long now = Now();
            if (now - _answeredAt > HeartbeatPatience)
            {
                Log("heartbeat unanswered; closing");
                _parts.Link.Close();
                return;
            }

            if (_heartbeatAt != 0 && now - _heartbeatAt < HeartbeatPeriod)
            {
                return;
            }

            _heartbeatAt = now == 0 ? 1 : now;
            _heartbeat = new byte[Heartbeat.NonceSize];
            _parts.Entropy.Fill(_heartbeat);
            _parts.Link.Publish(_topics.HeartbeatRequest, new Heartbeat(_heartbeat).Encode(), true);
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
                _answeredAt = Now();
                _heartbeat = null;
            }

            return true;
        }

        /// <summary>Ends the connection and clears the key bytes.</summary>
        public void Close()
        {
            _parts.Link.Close();
            if (!(_tls is null))
            {
                _tls.Clear();
                _tls = null;
            }
        }

        private bool Failed(string line)
        {
            Log(line);
            _connectAt = Now() + _backoff.Next();
            return false;
        }

        private static string FailureToken(BrokerConnectResult result)
        {
            switch (result)
            {
                case BrokerConnectResult.Connected: return "not-subscribed";
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
