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
            OtaKeys = new P256PublicKey[otaPoints.Length];
            for (int i = 0; i < otaPoints.Length; i++)
            {
                P256PublicKey key = otaTables is null ? P256PublicKey.Decode(otaPoints[i], 0, otaPoints[i].Length) : P256PublicKey.DecodeEmbedded(otaPoints[i], otaTables[i]);
                OtaKeys[i] = key ?? throw new ArgumentException(nameof(otaPoints));
            }
        }

        /// <summary>The environment's name; empty in a build without keys.</summary>
        public string Environment { get; }

        /// <summary>OTA keys: current, then next.</summary>
        public P256PublicKey[] OtaKeys { get; }

        /// <summary>Factory root, DER; empty in a build without keys.</summary>
        public byte[] FactoryRoot { get; }

        /// <summary>Fleet root, DER; empty in a build without keys.</summary>
        public byte[] FleetRoot { get; }
    }
}
