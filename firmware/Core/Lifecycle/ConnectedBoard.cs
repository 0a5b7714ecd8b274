using System;
using System.Text;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// A provisioned board with a verified image: runs the application, keeps the connection, answers offers, and lets an image on trial
    /// prove itself. One turn is one <see cref="Step"/>; nothing here waits except the connection attempt and an acknowledged publish.
    /// </summary>
    public sealed class ConnectedBoard
    {
        private const int ApplicationPatience = 10000;
        private const int TrialWindow = 300000;
        private const int FlushTime = 50;

        private readonly BoardParts _parts;
        private readonly IdentityMessage _identity;
        private readonly string _deviceId;
        private readonly Topics _topics;
        private readonly SlotTable _table;
        private readonly SecurityCounter _counter;
        private readonly BootSequence _boot;
        private readonly StatusReporter _reporter;
        private readonly BrokerSession _session;
        private readonly UpdateAgent _updates;

        private long _windowBegan;
        private bool _wasAlive;
        private long _restartAt;
        private bool _crashReported;

        /// <summary>A board that boots that image.</summary>
        public ConnectedBoard(BoardParts parts, IdentityMessage identity, DeviceCertificate certificate, P256PrivateKey key, SlotTable table, SecurityCounter counter, BootSequence boot)
        {
            _parts = parts ?? throw new ArgumentNullException(nameof(parts));
            _identity = identity ?? throw new ArgumentNullException(nameof(identity));
            _deviceId = certificate.DeviceId;
            _topics = new Topics(certificate.DeviceId);
            _table = table ?? throw new ArgumentNullException(nameof(table));
            _counter = counter ?? throw new ArgumentNullException(nameof(counter));
            _boot = boot ?? throw new ArgumentNullException(nameof(boot));
            _reporter = new StatusReporter(parts, certificate, boot, counter);
            _session = new BrokerSession(parts, identity, certificate, key);
            _updates = new UpdateAgent(parts, _topics, table, counter, _reporter);
            _windowBegan = parts.Clock.Uptime();
        }

        /// <summary>True when the life of this power-on is over.</summary>
        public bool WantsRestart => _restartAt != 0 && Now() >= _restartAt;

        /// <summary>Starts the application and turns the radio on.</summary>
        public void Begin()
        {
            Log("boot slot=" + SlotTable.Letter(_boot.Slot) + " version=" + _boot.Image.Version.ToString() + " trial=" + (_boot.IsTrial ? "yes" : "no")
                + " counter=" + _counter.Value.ToString() + " device=" + _deviceId);
            if (!_boot.IsTrial)
            {
                // Finishes what a cut between confirming and raising left undone.
                _counter.RaiseTo(_boot.Image.SecurityCounter);
            }

            _parts.Application.Start(_boot.Image, _deviceId, _identity.TelemetrySeconds * 1000);
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

            if (!_session.IsConnected)
            {
                _updates.Disconnected();
                if (_session.TryConnect(_reporter.Compose("offline", "", "", null)))
                {
                    Greet();
                }

                return;
            }

            Receive();
            _session.BeatHeart();
            if (!_session.IsConnected)
            {
                return;
            }

            Measure();
            _updates.Step();
            ProveHealthy();
            if (_updates.HasStaged)
            {
                RestartSoon();
            }
        }

        /// <summary>Leaves in an orderly way.</summary>
        public void End()
        {
            _parts.Application.Stop();
            _session.Close();
            Log("restart");
        }

        private void WatchApplication()
        {
            bool crashed = _parts.Application.State == ApplicationState.Crashed;
            bool hangs = _parts.Application.BusyFor > ApplicationPatience;
            if (_reporter.IsTrial && (crashed || hangs))
            {
                Reject(crashed ? "crashed" : "hung", crashed ? _parts.Application.CrashReason : "a call into the application did not return");
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
                Log("application crashed reason=\"" + _parts.Application.CrashReason + "\"");
                _crashReported = true;
            }

            if (_reporter.IsTrial && Now() - _windowBegan > TrialWindow)
            {
                EndWindow();
            }
        }

        /// <summary>Whose fault was it? An application that says it is not well while the fleet answers, or nobody's.</summary>
        private void EndWindow()
        {
            if (_wasAlive && !_parts.Application.IsHealthy)
            {
                Reject("unhealthy", "connected, but the application did not become healthy");
                return;
            }

            _table.EndUnreached(_boot.Slot);
            Log("trial window over without the fleet; restarting");
            RestartSoon();
        }

        private void Reject(string token, string reason)
        {
            _table.Reject(_boot.Slot, token, reason);
            Log("trial failed version=" + _boot.Image.Version.ToString() + " token=" + token + " reason=\"" + reason + "\"");
            RestartSoon();
        }

        private void Greet()
        {
            _reporter.Send("online", "", "", null);
            Slot other = _table[1 - _boot.Slot];
            if (other.State == SlotState.Rejected)
            {
                _reporter.Send("reverted", other.RejectToken, other.RejectReason, other.FileHash);
            }
        }

        private void Receive()
        {
            BrokerMessage message = _parts.Link.Receive(10);
            if (message is null)
            {
                return;
            }

            if (message.Topic == _topics.HeartbeatReply)
            {
                _session.TakeAnswer(message.Payload);
            }
            else if (message.Topic == _topics.UpdateOffer)
            {
                _updates.TakeOffer(message.Payload);
            }
            else if (message.Topic == _topics.ChunkReply)
            {
                _updates.TakeChunk(message.Payload);
            }
        }

        private void Measure()
        {
            string members = _parts.Application.TakeMeasurement();
            if (!string.IsNullOrEmpty(members))
            {
                string json = new JsonObject()
                    .Text("deviceId", _deviceId)
                    .Members(members)
                    .Text("ts", X509Time.ToIso8601(_parts.Clock.UtcNow()))
                    .ToString();
                _parts.Link.Publish(_topics.Telemetry, Encoding.UTF8.GetBytes(json), true);
            }
        }

        private void ProveHealthy()
        {
            if (!_reporter.IsTrial || !_session.IsAlive)
            {
                return;
            }

            if (!_wasAlive)
            {
                // The application has its whole window from here, however long the network took.
                _wasAlive = true;
                _windowBegan = Now();
            }

            if (!_parts.Application.IsHealthy)
            {
                return;
            }

            _table.Confirm(_boot.Slot);
            _counter.RaiseTo(_boot.Image.SecurityCounter);
            _reporter.IsTrial = false;
            _reporter.Send("confirmed", "accepted", "connected, heartbeat answered, application healthy", _table[_boot.Slot].FileHash);
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
