using System;
using System.Collections;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Identity;
using DeviceFirmware.Slots;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>Says what the board is doing: on its status topic, and on its console.</summary>
    public sealed class StatusReporter
    {
        private const int MaximumHeld = 4;

        private readonly BoardParts _parts;
        private readonly string _deviceId;
        private readonly string _topic;
        private readonly BootSequence _boot;
        private readonly SecurityCounter _counter;
        private readonly TrustSets _trust;
        private readonly ArrayList _held = new ArrayList();

        /// <summary>The reporter of a board that runs that image.</summary>
        public StatusReporter(BoardParts parts, DeviceCertificate certificate, BootSequence boot, SecurityCounter counter, TrustSets trust)
        {
            _parts = parts ?? throw new ArgumentNullException(nameof(parts));
            _deviceId = certificate.DeviceId;
            _topic = new Topics(certificate.DeviceId).Status;
            _boot = boot ?? throw new ArgumentNullException(nameof(boot));
            _counter = counter ?? throw new ArgumentNullException(nameof(counter));
            _trust = trust ?? throw new ArgumentNullException(nameof(trust));
            IsTrial = boot.IsTrial;
        }

        /// <summary>True while the running image has to prove itself.</summary>
        public bool IsTrial { get; set; }

        /// <summary>True while the board keeps itself apart.</summary>
        public bool IsQuarantined { get; set; }

        /// <summary>The JSON of a status: event, verdict token, reason, and the SHA-256 of the image file it is about (null: about none).</summary>
        public string Compose(string what, string token, string reason, byte[] fileHash)
        {
            return Compose(what, token, reason, fileHash, null);
        }

        private string Compose(string what, string token, string reason, byte[] fileHash, JsonObject more)
        {
            return new JsonObject()
                .Text("deviceId", _deviceId)
                .Text("state", IsQuarantined ? "quarantined" : IsTrial ? "trial" : "running")
                .Text("version", _boot.Image.Version.ToString())
                .Text("slot", SlotTable.Letter(_boot.Slot))
                .Number("counter", _counter.Value)
                .Number("trust", _trust.Active.Sequence)
                .Number("trustStaged", _trust.Staged is null ? 0 : _trust.Staged.Sequence)
                .Text("event", what)
                .Text("verdict", token)
                .Text("reason", reason)
                .Text("image", fileHash is null ? "" : Hex.Encode(fileHash))
                .Members(more is null ? "" : more.MembersText())
                .Text("ts", X509Time.ToIso8601(_parts.Clock.UtcNow()))
                .ToString();
        }

        /// <summary>Sends a status, and logs it. Without a connection it waits for the next one, behind <c>online</c>; the first four do.</summary>
        public void Send(string what, string token, string reason, byte[] fileHash)
        {
            Send(Compose(what, token, reason, fileHash));
        }

        /// <summary>Sends how the board is, and logs it.</summary>
        public void SendHealth(JsonObject members)
        {
            Send(Compose("health", "", "", null, members));
        }

        /// <summary>Sends what happened without a connection.</summary>
        public void SendHeld()
        {
            for (int i = 0; i < _held.Count; i++)
            {
                Publish((string)_held[i]);
            }

            _held.Clear();
        }

        private void Send(string status)
        {
            _parts.Board.Log("status " + status);
            if (_parts.Link.IsConnected)
            {
                Publish(status);
            }
            else if (_held.Count < MaximumHeld)
            {
                _held.Add(status);
            }
        }

        private void Publish(string status)
        {
            _parts.Link.Publish(_topic, Encoding.UTF8.GetBytes(status), true);
        }
    }
}
