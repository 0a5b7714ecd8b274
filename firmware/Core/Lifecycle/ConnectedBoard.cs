using System;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Image;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Trust;
using DeviceFirmware.Update;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// A provisioned board with a verified image: runs the application, keeps the connection, answers offers, and lets an image on trial
    /// prove itself. One turn is one <see cref="Step"/>; nothing here waits except the connection attempt itself.
    /// </summary>
    public sealed class ConnectedBoard
    {
        private const int KeepAliveSeconds = 60;
        private const int HeartbeatPeriod = 30000;
        private const int HeartbeatPatience = 90000;
        private const int ApplicationPatience = 10000;
        private const int TrialWindow = 300000;
        private const int FlushTime = 400;

        private readonly BoardParts _parts;
        private readonly IdentityMessage _identity;
        private readonly DeviceCertificate _certificate;
        private readonly P256PrivateKey _key;
        private readonly SlotTable _table;
        private readonly SecurityCounter _counter;
        private readonly BootSequence _boot;
        private readonly Topics _topics;
        private readonly Backoff _connectBackoff;
        private readonly Backoff _updateBackoff;
        private readonly long _begun;

        private bool _isTrial;
        private long _connectAt;
        private long _restartAt;
        private TlsParameters _tls;
        private byte[] _heartbeat;
        private long _heartbeatAt;
        private long _heartbeatAnsweredAt;
        private bool _crashReported;
        private UpdateOffer _pending;
        private long _downloadAt;
        private Download _download;

        /// <summary>A board that boots that image.</summary>
        public ConnectedBoard(BoardParts parts, IdentityMessage identity, DeviceCertificate certificate, P256PrivateKey key, SlotTable table, SecurityCounter counter, BootSequence boot)
        {
            _parts = parts ?? throw new ArgumentNullException(nameof(parts));
            _identity = identity ?? throw new ArgumentNullException(nameof(identity));
            _certificate = certificate ?? throw new ArgumentNullException(nameof(certificate));
            _key = key ?? throw new ArgumentNullException(nameof(key));
            _table = table ?? throw new ArgumentNullException(nameof(table));
            _counter = counter ?? throw new ArgumentNullException(nameof(counter));
            _boot = boot ?? throw new ArgumentNullException(nameof(boot));
            _isTrial = boot.IsTrial;
            _topics = new Topics(certificate.DeviceId);
            _connectBackoff = new Backoff(parts.Entropy, 1000, 60000);
            _updateBackoff = new Backoff(parts.Entropy, 1000, 3600000);
            _begun = parts.Clock.Uptime();
        }

        /// <summary>True when the life of this power-on is over.</summary>
        public bool WantsRestart => _restartAt != 0 && Now() >= _restartAt;

        /// <summary>Starts the application and turns the radio on.</summary>
        public void Begin()
        {
            Log("boot slot=" + SlotTable.Letter(_boot.Slot) + " version=" + _boot.Image.Version.ToString() + " trial=" + (_isTrial ? "yes" : "no")
                + " counter=" + _counter.Value.ToString() + " device=" + _certificate.DeviceId);
            if (!_isTrial)
            {
                // Finishes what a cut between confirming and raising left undone.
                _counter.RaiseTo(_boot.Image.SecurityCounter);
            }

            _parts.Application.Start(_boot.Image, _certificate.DeviceId, _identity.TelemetrySeconds * 1000);
            _parts.Radio.Start();
        }

        /// <summary>One turn.</summary>
        public void Step()
        {
            if (_restartAt == 0)
            {
                WatchApplication();
            }

            if (_restartAt != 0)
            {
                return;
            }

            if (!_parts.Link.IsConnected)
            {
                Reconnect();
                return;
            }

            BrokerMessage message = _parts.Link.Receive(10);
            if (!(message is null))
            {
                Handle(message);
            }

            BeatHeart();
            Measure();
            Fetch();
            ProveHealthy();
        }

        /// <summary>Leaves in an orderly way.</summary>
        public void End()
        {
            _parts.Application.Stop();
            _parts.Link.Close();
            if (!(_tls is null))
            {
                _tls.Clear();
            }

            Log("restart");
        }

        private void WatchApplication()
        {
            IApplicationRunner application = _parts.Application;
            bool crashed = application.State == ApplicationState.Crashed;
            bool hangs = application.BusyFor > ApplicationPatience;
            if (_isTrial && (crashed || hangs))
            {
                string reason = crashed ? application.CrashReason : "a call into the application did not return";
                _table.Reject(_boot.Slot, crashed ? "crashed" : "hung", reason);
                Log("trial failed version=" + _boot.Image.Version.ToString() + " token=" + (crashed ? "crashed" : "hung") + " reason=\"" + reason + "\"");
                RestartSoon();
                return;
            }

            if (hangs)
            {
                Log("application hung; restarting");
                RestartSoon();
            }

            if (crashed && !_crashReported)
            {
                // The platform stays: the fleet can still send something better.
                Log("application crashed reason=\"" + application.CrashReason + "\"");
                _crashReported = true;
            }

            if (_isTrial && Now() - _begun > TrialWindow)
            {
                Log("trial window over; restarting");
                RestartSoon();
            }
        }

        private void Reconnect()
        {
            if (Now() < _connectAt)
            {
                return;
            }

            _download = null;
            if (!(_tls is null))
            {
                _parts.Link.Close();
                _tls.Clear();
                _tls = null;
                Log("connection lost");
            }

            if (_identity.NetworkName.Length > 0 && !_parts.Radio.Join(_identity.NetworkName, _identity.NetworkPassword, 30000))
            {
                Log("network not joined");
                _connectAt = Now() + _connectBackoff.Next();
                return;
            }

            TimeFloor.Apply(_parts.Clock, TimeFloor.Of(_parts.Anchors.FleetRoot, _certificate));
            TlsCheck check = TlsParameters.Check(_certificate, _key, _identity.BrokerHost, _identity.BrokerPort, _parts.Anchors.FleetRoot, _parts.TrustStore);
            if (check.Verdict != TlsVerdict.Accepted)
            {
                Log("connect refused token=" + check.Token + " reason=\"" + check.Reason + "\"");
                _connectAt = Now() + _connectBackoff.Next();
                return;
            }

            _tls = check.Parameters;
            string will = Status("offline", "", "", null);
            BrokerConnectResult result = _parts.Link.Connect(_tls, _certificate.DeviceId, _topics.Status, will, KeepAliveSeconds);
            if (result != BrokerConnectResult.Connected || !_parts.Link.Subscribe(_topics.CommandsFilter, 10000))
            {
                Log("connect failed token=" + FailureToken(result));
                _parts.Link.Close();
                _tls.Clear();
                _tls = null;
                _connectAt = Now() + _connectBackoff.Next();
                return;
            }

            Log("connected host=" + _identity.BrokerHost + " port=" + _identity.BrokerPort.ToString());
            _connectBackoff.Reset();
            _heartbeat = null;
            _heartbeatAt = 0;
            _heartbeatAnsweredAt = Now();
            Report("online", "", "", null);
            Slot other = _table[1 - _boot.Slot];
            if (other.State == SlotState.Rejected)
            {
                Report("reverted", other.RejectToken, other.RejectReason, other.FileHash);
            }
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

        private void Handle(BrokerMessage message)
        {
            if (message.Topic == _topics.HeartbeatReply)
            {
                Heartbeat heartbeat = Heartbeat.Decode(message.Payload);
                if (!(heartbeat is null) && ByteArray.AreEqual(heartbeat.Nonce, _heartbeat))
                {
                    _heartbeatAnsweredAt = Now();
                    _heartbeat = null;
                }
            }
            else if (message.Topic == _topics.UpdateOffer)
            {
                Consider(UpdateOffer.Decode(message.Payload));
            }
            else if (message.Topic == _topics.ChunkReply && !(_download is null))
            {
                _download.Take(ChunkReply.Decode(message.Payload));
            }
        }

        private void BeatHeart()
        {
            long now = Now();
            if (now - _heartbeatAnsweredAt > HeartbeatPatience)
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

        private void Measure()
        {
            string members = _parts.Application.TakeMeasurement();
            if (!string.IsNullOrEmpty(members))
            {
                string json = new JsonObject()
                    .Text("deviceId", _certificate.DeviceId)
                    .Members(members)
                    .Text("ts", X509Time.ToIso8601(_parts.Clock.UtcNow()))
                    .ToString();
                _parts.Link.Publish(_topics.Telemetry, Encoding.UTF8.GetBytes(json), true);
            }
        }

        private void Consider(UpdateOffer offer)
        {
            if (!(offer is null) && !(_download is null) && ByteArray.AreEqual(_download.Offer.FileHash, offer.FileHash))
            {
                return;
            }

            OfferCheck check = OfferCheck.Decide(offer, _table, Rules(), _isTrial);
            if (check.Verdict == OfferVerdict.AlreadyRunning)
            {
                Report("confirmed", "accepted", "", offer.FileHash);
                return;
            }

            if (check.Verdict != OfferVerdict.Accepted)
            {
                Report("offer", check.Token, check.Reason, offer is null ? null : offer.FileHash);
                return;
            }

            _pending = offer;
        }

        private void Fetch()
        {
            if (_download is null)
            {
                if (_pending is null || Now() < _downloadAt)
                {
                    return;
                }

                Log("update fetching version=" + _pending.Version.ToString() + " length=" + _pending.Length.ToString() + " slot=" + SlotTable.Letter(_table.Idle));
                _download = new Download(_parts.Files, _table, _pending);
                _pending = null;
            }

            ChunkRequest request = _download.NextRequest(Now());
            if (!(request is null))
            {
                _parts.Link.Publish(_topics.ChunkRequest, request.Encode(), true);
            }
            else if (_download.IsGivenUp)
            {
                Log("update given up: no answer");
                _download = null;
                _downloadAt = Now() + _updateBackoff.Next();
            }
            else if (_download.IsComplete)
            {
                FinishDownload();
            }
        }

        private void FinishDownload()
        {
            UpdateOffer offer = _download.Offer;
            ImageCheck check = _download.Finish(Rules());
            _download = null;
            Report("update", check.Token, check.Reason, offer.FileHash);
            if (check.Verdict == ImageVerdict.Accepted)
            {
                _updateBackoff.Reset();
                RestartSoon();
            }
            else
            {
                _downloadAt = Now() + _updateBackoff.Next();
            }
        }

        private void ProveHealthy()
        {
            if (!_isTrial || _heartbeatAt == 0 || !(_heartbeat is null) || !_parts.Application.IsHealthy)
            {
                return;
            }

            _table.Confirm(_boot.Slot);
            _counter.RaiseTo(_boot.Image.SecurityCounter);
            _isTrial = false;
            Report("confirmed", "accepted", "connected, heartbeat answered, application healthy", _table[_boot.Slot].FileHash);
        }

        private void Report(string what, string token, string reason, byte[] fileHash)
        {
            string status = Status(what, token, reason, fileHash);
            Log("status " + status);
            _parts.Link.Publish(_topics.Status, Encoding.UTF8.GetBytes(status), true);
        }

        private string Status(string what, string token, string reason, byte[] fileHash)
        {
            return new JsonObject()
                .Text("deviceId", _certificate.DeviceId)
                .Text("state", _isTrial ? "trial" : "running")
                .Text("version", _boot.Image.Version.ToString())
                .Text("slot", SlotTable.Letter(_boot.Slot))
                .Number("counter", _counter.Value)
                .Text("event", what)
                .Text("verdict", token)
                .Text("reason", reason)
                .Text("image", fileHash is null ? "" : Hex.Encode(fileHash))
                .Text("ts", X509Time.ToIso8601(_parts.Clock.UtcNow()))
                .ToString();
        }

        private ImageRules Rules()
        {
            return new ImageRules(_parts.Anchors.OtaKeys, _parts.Board.BoardType, _parts.Board.PayloadKind, _counter.Value,
                Platform.LoaderVersion(), Platform.CoreLibrary, _parts.Board.SlotSize);
        }

        private void RestartSoon()
        {
            if (_restartAt == 0)
            {
                _restartAt = Now() + FlushTime;
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
