using System;
using System.Text;
using DeviceFirmware.Connect;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>Publishes what the application measures.</summary>
    internal sealed class MeasurementTask : BoardTask
    {
        private readonly BoardContext _context;

        internal MeasurementTask(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            if (!isConnected)
            {
                return;
            }

            string members = _context.Parts.Application.TakeMeasurement();
            if (!string.IsNullOrEmpty(members))
            {
                string json = new JsonObject()
                    .Text("deviceId", _context.DeviceId)
                    .Members(members)
                    .Text("ts", X509Time.ToIso8601(_context.Parts.Clock.UtcNow()))
                    .ToString();
                _context.Parts.Link.Publish(_context.Topics.Telemetry, Encoding.UTF8.GetBytes(json), true);
            }
        }
    }
}
