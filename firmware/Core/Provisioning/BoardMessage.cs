using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Provisioning
{
    /// <summary>
    /// What a board says of itself: {1: protocol version, 2: state, 3: hardware id, 4: board type, 5: firmware version, 6: environment,
    /// 7: identity key hash, 8: device id, 9: the greeting's nonce}. Nothing in it is proven; the request's signature proves the key.
    /// </summary>
    public sealed class BoardMessage
    {
        /// <summary>A board's answer.</summary>
        public BoardMessage(BoardState state, string hardwareId, string boardType, string firmwareVersion, string environment, byte[] keyHash, string deviceId, byte[] nonce)
        {
            State = state;
            HardwareId = hardwareId;
            BoardType = boardType;
            FirmwareVersion = firmwareVersion;
            Environment = environment;
            KeyHash = keyHash;
            DeviceId = deviceId;
            Nonce = nonce;
        }

        /// <summary>What it waits for.</summary>
        public BoardState State { get; }

        /// <summary>Hardware id: 12 hexadecimal digits.</summary>
        public string HardwareId { get; }

        /// <summary>Board type.</summary>
        public string BoardType { get; }

        /// <summary>Version of the deployment (loader and Core).</summary>
        public string FirmwareVersion { get; }

        /// <summary>The environment it was built for; empty in a build without keys.</summary>
        public string Environment { get; }

        /// <summary>SHA-256 of its public key's SubjectPublicKeyInfo.</summary>
        public byte[] KeyHash { get; }

        /// <summary>Its id; empty before provisioning.</summary>
        public string DeviceId { get; }

        /// <summary>The nonce of the greeting that this answers.</summary>
        public byte[] Nonce { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(9)
                .Unsigned(1).Unsigned(HelloMessage.Version)
                .Unsigned(2).Unsigned((int)State)
                .Unsigned(3).Text(HardwareId)
                .Unsigned(4).Text(BoardType)
                .Unsigned(5).Text(FirmwareVersion)
                .Unsigned(6).Text(Environment)
                .Unsigned(7).Bytes(KeyHash)
                .Unsigned(8).Text(DeviceId)
                .Unsigned(9).Bytes(Nonce)
                .ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static BoardMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(9);
            reader.Key(1);
            long version = reader.Unsigned(255);
            reader.Key(2);
            var state = (BoardState)(int)reader.Unsigned((int)BoardState.Recovery);
            reader.Key(3);
            string hardwareId = reader.Text(1, 32);
            reader.Key(4);
            string boardType = reader.Text(1, 32);
            reader.Key(5);
            string firmwareVersion = reader.Text(1, 32);
            reader.Key(6);
            string environment = reader.Text(0, 32);
            reader.Key(7);
            byte[] keyHash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(8);
            string deviceId = reader.Text(0, 32);
            reader.Key(9);
            byte[] nonce = reader.Bytes(SerialSession.NonceSize, SerialSession.NonceSize);
            return reader.IsComplete && version == HelloMessage.Version && Ascii.IsName(hardwareId) && Ascii.IsName(boardType)
                ? new BoardMessage(state, hardwareId, boardType, firmwareVersion, environment, keyHash, deviceId, nonce)
                : null;
        }
    }
}
