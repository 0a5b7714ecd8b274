using System;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// What this firmware believes in: compiled in, from one environment's public keys. On a board only the loader makes this, from the
    /// Anchors assembly; there is no file, message or argument that sets it. All empty in a build without keys, which refuses everything.
    /// </summary>
    public sealed class TrustAnchors
    {
        /// <summary>Anchors: environment name, OTA keys as uncompressed points of 65 bytes, factory root and fleet root as DER.</summary>
        public TrustAnchors(string environment, byte[][] otaPoints, byte[] factoryRoot, byte[] fleetRoot)
            : this(environment, otaPoints, null, factoryRoot, fleetRoot)
        {
        }

        /// <summary>The same, with a table for each OTA key, made from it when the firmware was built; null for no tables, which is slower.</summary>
        public TrustAnchors(string environment, byte[][] otaPoints, P256KeyTable[] otaTables, byte[] factoryRoot, byte[] fleetRoot)
        {
            if (otaPoints is null)
            {
                throw new ArgumentNullException(nameof(otaPoints));
            }

            Environment = environment ?? throw new ArgumentNullException(nameof(environment));
            FactoryRoot = factoryRoot ?? throw new ArgumentNullException(nameof(factoryRoot));
            FleetRoot = fleetRoot ?? throw new ArgumentNullException(nameof(fleetRoot));
            CommandKeys = new P256PublicKey[0];
            OtaKeys = new P256PublicKey[otaPoints.Length];
            for (int i = 0; i < otaPoints.Length; i++)
            {
                P256PublicKey key = otaTables is null ? P256PublicKey.Decode(otaPoints[i], 0, otaPoints[i].Length) : P256PublicKey.DecodeEmbedded(otaPoints[i], otaTables[i]);
                OtaKeys[i] = key ?? throw new ArgumentException(nameof(otaPoints));
            }
        }

        /// <summary>
        /// The same, with those whom the board obeys: the command keys, current and next, and the key that signs the time, as uncompressed points
        /// of 65 bytes; none for none. Orders are rare: no tables.
        /// </summary>
        /// <param name="anchors">The other anchors.</param>
        /// <param name="commandPoints">Command keys, current, then next.</param>
        /// <param name="timePoint">The time key; empty for none.</param>
        /// <param name="buildTime">When this deployment was built, seconds since 1970: it is not earlier than that. 0 when that is not known.</param>
        public TrustAnchors(TrustAnchors anchors, byte[][] commandPoints, byte[] timePoint, long buildTime)
        {
            if (anchors is null || commandPoints is null || timePoint is null)
            {
                throw new ArgumentNullException(nameof(anchors));
            }

            Environment = anchors.Environment;
            OtaKeys = anchors.OtaKeys;
            FactoryRoot = anchors.FactoryRoot;
            FleetRoot = anchors.FleetRoot;
            BuildTime = buildTime;
            CommandKeys = new P256PublicKey[commandPoints.Length];
            for (int i = 0; i < commandPoints.Length; i++)
            {
                CommandKeys[i] = P256PublicKey.Decode(commandPoints[i], 0, commandPoints[i].Length) ?? throw new ArgumentException(nameof(commandPoints));
            }

            if (timePoint.Length > 0)
            {
                TimeKey = P256PublicKey.Decode(timePoint, 0, timePoint.Length) ?? throw new ArgumentException(nameof(timePoint));
            }
        }

        /// <summary>The environment's name; empty in a build without keys.</summary>
        public string Environment { get; }

        /// <summary>OTA keys: current, then next.</summary>
        public P256PublicKey[] OtaKeys { get; }

        /// <summary>Command keys: current, then next; none in a build without keys, which obeys nobody.</summary>
        public P256PublicKey[] CommandKeys { get; }

        /// <summary>The key that signs the time; null when there is none: then no time is authenticated.</summary>
        public P256PublicKey TimeKey { get; }

        /// <summary>When this deployment was built, seconds since 1970; 0 when that is not known.</summary>
        public long BuildTime { get; }

        /// <summary>Factory root, DER; empty in a build without keys.</summary>
        public byte[] FactoryRoot { get; }

        /// <summary>Fleet root, DER; empty in a build without keys.</summary>
        public byte[] FleetRoot { get; }
    }
}
