using System;
using System.Text;
using DeviceFirmware.Connect;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Publishes what the application measures, at least once: a message stays in the ring until the broker has acknowledged it, and is sent
    /// again when the acknowledgement is missing. Boot number and number let the other end drop what comes twice. It waits also while the board is
    /// connected by its IDevID to recover: the fleet would acknowledge it there and take it not.
    /// </summary>
    internal sealed class TelemetryTask : BoardTask
    {
        private const int MaximumMessages = 256;
        private const int RetryAfter = 5000;

        private readonly BoardContext _context;
        private long _number;
        private long _sendAt;

        internal TelemetryTask(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
            Ring = new TelemetryRing(MaximumMessages, context.Parts.Board.TelemetrySize);
        }

        /// <summary>What waits.</summary>
        internal TelemetryRing Ring { get; }

        /// <inheritdoc/>
        public override void Connected()
        {
            _sendAt = 0;
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            string members = _context.Quarantine.IsActive ? "" : _context.Parts.Application.TakeMeasurement();
            if (!string.IsNullOrEmpty(members))
            {
                Ring.Add(Encoding.UTF8.GetBytes(Compose(members)));
            }

            if (!isConnected || Ring.Count == 0 || _context.Now < _sendAt || _context.Operational.IsSpare)
            {
                return;
            }

            if (_context.Parts.Link.Publish(_context.Topics.Telemetry, Ring.Oldest, true))
            {
                Ring.Remove();
            }
            else
            {
                _sendAt = _context.Now + RetryAfter;
            }
        }

        private string Compose(string members)
        {
            _number++;
            return new JsonObject()
                .Text("deviceId", _context.DeviceId)
                .Number("boot", _context.Boots.Count)
                .Number("seq", _number)
                .Members(members)
                .Text("ts", X509Time.ToIso8601(_context.Parts.Clock.UtcNow()))
                .ToString();
        }
    }
}
