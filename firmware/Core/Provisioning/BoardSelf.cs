using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Provisioning
{
    /// <summary>What a board knows of itself: state, ids, environment and the embedded factory root.</summary>
    public sealed class BoardSelf
    {
        /// <summary>A board.</summary>
        public BoardSelf(BoardState state, string hardwareId, string boardType, string firmwareVersion, string environment, byte[] factoryRoot, byte[] keyHash, string deviceId)
        {
            State = state;
            HardwareId = hardwareId ?? throw new ArgumentNullException(nameof(hardwareId));
            BoardType = boardType ?? throw new ArgumentNullException(nameof(boardType));
            FirmwareVersion = firmwareVersion ?? throw new ArgumentNullException(nameof(firmwareVersion));
            Environment = environment ?? throw new ArgumentNullException(nameof(environment));
            FactoryRoot = factoryRoot ?? throw new ArgumentNullException(nameof(factoryRoot));
            KeyHash = keyHash ?? throw new ArgumentNullException(nameof(keyHash));
            DeviceId = deviceId ?? throw new ArgumentNullException(nameof(deviceId));
        }

        /// <summary>What it waits for.</summary>
        public BoardState State { get; }

        /// <summary>Hardware id.</summary>
        public string HardwareId { get; }

        /// <summary>Board type.</summary>
        public string BoardType { get; }

        /// <summary>Version of the deployment.</summary>
        public string FirmwareVersion { get; }

        /// <summary>The environment it was built for; empty in a build without keys.</summary>
        public string Environment { get; }

        /// <summary>The embedded factory root, DER; empty in a build without keys.</summary>
        public byte[] FactoryRoot { get; }

        /// <summary>SHA-256 of the identity key's SubjectPublicKeyInfo.</summary>
        public byte[] KeyHash { get; }

        /// <summary>Its id; empty before provisioning.</summary>
        public string DeviceId { get; }

        /// <summary>The answer to the Hello that began that session.</summary>
        public BoardMessage Describe(SerialSession session)
        {
            return new BoardMessage(State, HardwareId, BoardType, FirmwareVersion, Environment, KeyHash, DeviceId, session.Nonce);
        }

        /// <summary>The same for a person at a terminal.</summary>
        public string DescribeAsText()
        {
            string state = State == BoardState.Provisioned ? "provisioned" : State == BoardState.Recovery ? "recovery" : "unprovisioned";
            return "state=" + state + " device=" + (DeviceId.Length == 0 ? "-" : DeviceId) + " hardware=" + HardwareId + " board=" + BoardType
                + " firmware=" + FirmwareVersion + " environment=" + (Environment.Length == 0 ? "-" : Environment) + " key=" + Hex.Encode(KeyHash);
        }
    }
}
