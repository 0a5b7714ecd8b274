namespace DeviceFirmware.Provisioning
{
    /// <summary>Types of serial messages; replies of the board have the high bit set.</summary>
    public static class MessageType
    {
        /// <summary>Station: who are you?</summary>
        public const byte Hello = 0x01;
        /// <summary>Station: your id.</summary>
        public const byte Assign = 0x02;
        /// <summary>Station: your certificate, its issuer, your broker.</summary>
        public const byte Identity = 0x03;
        /// <summary>Station: an image follows.</summary>
        public const byte ImageBegin = 0x04;
        /// <summary>Station: a part of the image.</summary>
        public const byte ImageChunk = 0x05;
        /// <summary>Station: the image is complete.</summary>
        public const byte ImageEnd = 0x06;
        /// <summary>Station: keep all of it, and close the line.</summary>
        public const byte Finish = 0x07;
        /// <summary>Station: give me what stands on your label.</summary>
        public const byte TakeSecrets = 0x08;
        /// <summary>Station: it is stored; forget the claim secret.</summary>
        public const byte SecretsKept = 0x09;
        /// <summary>Board: what I am.</summary>
        public const byte Board = 0x81;
        /// <summary>Board: my certification request.</summary>
        public const byte Csr = 0x82;
        /// <summary>Board: my claim secret and setup password.</summary>
        public const byte Secrets = 0x83;
        /// <summary>Board: no, and why.</summary>
        public const byte Refused = 0x8E;
        /// <summary>Board: done; the hash of the request.</summary>
        public const byte Ack = 0x8F;

        /// <summary>True for what a board says. A board never answers that: on a line that echoes it would talk to itself for ever.</summary>
        public static bool IsAnswer(byte type)
        {
            return type >= 0x80;
        }
    }
}
