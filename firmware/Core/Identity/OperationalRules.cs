using System;

namespace DeviceFirmware.Identity
{
    /// <summary>What an operational certificate is judged by: who the board is, whom it believes, and what it knows of the time.</summary>
    public sealed class OperationalRules
    {
        /// <summary>Rules.</summary>
        /// <param name="hardwareId">The board's hardware id.</param>
        /// <param name="deviceId">The board's id, from its IDevID.</param>
        /// <param name="environment">The environment this firmware was built for.</param>
        /// <param name="fleetRoot">The fleet root in use, DER; empty for none.</param>
        /// <param name="operationalCa">The one CA that may have issued it, DER; empty: any that the root has signed.</param>
        /// <param name="floor">Seconds since 1970: it is not earlier than this.</param>
        /// <param name="now">Authenticated time, seconds since 1970; 0 when there is none.</param>
        public OperationalRules(string hardwareId, string deviceId, string environment, byte[] fleetRoot, byte[] operationalCa, long floor, long now)
        {
            HardwareId = hardwareId ?? throw new ArgumentNullException(nameof(hardwareId));
            DeviceId = deviceId ?? throw new ArgumentNullException(nameof(deviceId));
            Environment = environment ?? throw new ArgumentNullException(nameof(environment));
            FleetRoot = fleetRoot ?? throw new ArgumentNullException(nameof(fleetRoot));
            OperationalCa = operationalCa ?? throw new ArgumentNullException(nameof(operationalCa));
            Floor = floor;
            Now = now;
        }

        /// <summary>The board's hardware id.</summary>
        public string HardwareId { get; }

        /// <summary>The board's id.</summary>
        public string DeviceId { get; }

        /// <summary>The environment this firmware was built for.</summary>
        public string Environment { get; }

        /// <summary>The fleet root in use, DER; empty for none.</summary>
        public byte[] FleetRoot { get; }

        /// <summary>The one CA that may have issued it, DER; empty: any that the root has signed.</summary>
        public byte[] OperationalCa { get; }

        /// <summary>Seconds since 1970: it is not earlier than this.</summary>
        public long Floor { get; }

        /// <summary>Authenticated time, seconds since 1970; 0 when there is none.</summary>
        public long Now { get; }

        /// <summary>The latest time that is certain to have come: authenticated, or else the floor.</summary>
        public long Known => Now > Floor ? Now : Floor;
    }
}
