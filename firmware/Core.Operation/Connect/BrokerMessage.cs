namespace DeviceFirmware.Connect
{
    /// <summary>A message from the broker.</summary>
    public sealed class BrokerMessage
    {
        /// <summary>A message.</summary>
        public BrokerMessage(string topic, byte[] payload)
        {
            Topic = topic;
            Payload = payload;
        }

        /// <summary>Topic.</summary>
        public string Topic { get; }

        /// <summary>Payload.</summary>
        public byte[] Payload { get; }
    }
}
