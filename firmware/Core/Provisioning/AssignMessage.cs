using DeviceFirmware.Bytes;

namespace DeviceFirmware.Provisioning
{
    /// <summary>The station assigns the id: {1: device id}.</summary>
    public sealed class AssignMessage
    {
        /// <summary>An id.</summary>
        public AssignMessage(string deviceId)
        {
            DeviceId = deviceId;
        }

        /// <summary>1 to 32 characters of <c>a-z 0-9 -</c>.</summary>
        public string DeviceId { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(1).Unsigned(1).Text(DeviceId).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed or the id is not a name.</summary>
        public static AssignMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(1);
            reader.Key(1);
            string deviceId = reader.Text(1, 32);
            return reader.IsComplete && Ascii.IsName(deviceId) ? new AssignMessage(deviceId) : null;
        }
    }
}
