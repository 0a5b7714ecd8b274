using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Connect
{
    /// <summary>The topics of one board; every one begins with <c>devices/{id}/</c>.</summary>
    public sealed class Topics
    {
        private readonly string _prefix;

        /// <summary>The topics of that board.</summary>
        public Topics(string deviceId)
        {
            if (!Ascii.IsName(deviceId))
            {
                throw new ArgumentException(nameof(deviceId));
            }

            _prefix = "devices/" + deviceId + "/";
        }

        /// <summary>Measurements, JSON.</summary>
        public string Telemetry => _prefix + "telemetry";

        /// <summary>What the board is doing, JSON; also the last will.</summary>
        public string Status => _prefix + "status";

        /// <summary>Everything for the board.</summary>
        public string CommandsFilter => _prefix + "commands/#";

        /// <summary>Heartbeat to the fleet.</summary>
        public string HeartbeatRequest => _prefix + "requests/heartbeat";

        /// <summary>Heartbeat's answer.</summary>
        public string HeartbeatReply => _prefix + "commands/heartbeat";

        /// <summary>Signed orders.</summary>
        public string Order => _prefix + "commands/order";

        /// <summary>What the board says to an order.</summary>
        public string OrderAnswer => _prefix + "requests/order";

        /// <summary>The fleet asks whether somebody's hand is on the board.</summary>
        public string ClaimRequest => _prefix + "commands/claim";

        /// <summary>The board's signed yes.</summary>
        public string ClaimAnswer => _prefix + "requests/claim";

        /// <summary>Asks for the time, signed.</summary>
        public string TimeRequest => _prefix + "requests/time";

        /// <summary>The time, signed.</summary>
        public string TimeReply => _prefix + "commands/time";

        /// <summary>Asks for an operational certificate.</summary>
        public string CertificateRequest => _prefix + "requests/certificate";

        /// <summary>An operational certificate, an invitation to ask for one, or why not.</summary>
        public string CertificateReply => _prefix + "commands/certificate";

        /// <summary>Hands over entries of the ledger and its head.</summary>
        public string LedgerRequest => _prefix + "requests/ledger";

        /// <summary>How far the fleet has the ledger.</summary>
        public string LedgerReply => _prefix + "commands/ledger";

        /// <summary>The receipt of a wipe.</summary>
        public string ReceiptRequest => _prefix + "requests/receipt";

        /// <summary>That the fleet has the receipt.</summary>
        public string ReceiptReply => _prefix + "commands/receipt";

        /// <summary>Settings for the application.</summary>
        public string Settings => _prefix + "commands/settings";

        /// <summary>What became of them.</summary>
        public string SettingsAnswer => _prefix + "requests/settings";

        /// <summary>Asks for a part of an image.</summary>
        public string ChunkRequest => _prefix + "requests/chunk";

        /// <summary>A part of an image.</summary>
        public string ChunkReply => _prefix + "commands/chunk";
    }
}
