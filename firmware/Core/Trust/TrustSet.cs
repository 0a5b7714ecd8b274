using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// What a board believes about its fleet, and may be told anew by a command key: {1: sequence, 2: fleet root DER, 3: operational CA DER,
    /// 4: broker host, 5: broker port, 6: time key}. What it believes about images, commands and its maker is compiled in and not in here.
    /// </summary>
    public sealed class TrustSet
    {
        /// <summary>Most bytes of a certificate in a set.</summary>
        public const int MaximumCertificate = 768;

        /// <summary>Most bytes of an encoded set.</summary>
        public const int MaximumSize = 1 + 10 + (2 * (4 + MaximumCertificate)) + 3 + MaximumHost + 4 + 3 + P256PublicKey.EncodedSize;

        /// <summary>Sequence number of the set that the firmware was built and provisioned with.</summary>
        public const long BuiltIn = 0;

        private const int MaximumHost = 128;

        private bool _isLookedAt;
        private long _begins;
        private long _ends;
        private P256PublicKey _timePublicKey;

        /// <summary>A set; certificates may be empty arrays where there are none.</summary>
        /// <param name="sequence">0 for the built-in set; rises with each change.</param>
        /// <param name="root">Fleet root, DER: the only one the broker may chain to.</param>
        /// <param name="operationalCa">The CA of operational certificates (LDevIDs), DER, signed by the root.</param>
        /// <param name="host">Broker's host name.</param>
        /// <param name="port">Broker's TCP port, 1 to 65535.</param>
        /// <param name="timeKey">The key of signed time, an uncompressed point of 65 bytes.</param>
        public TrustSet(long sequence, byte[] root, byte[] operationalCa, string host, int port, byte[] timeKey)
        {
            Sequence = sequence;
            Root = root ?? throw new ArgumentNullException(nameof(root));
            OperationalCa = operationalCa ?? throw new ArgumentNullException(nameof(operationalCa));
            Host = host ?? throw new ArgumentNullException(nameof(host));
            Port = port;
            TimeKey = timeKey ?? throw new ArgumentNullException(nameof(timeKey));
        }

        /// <summary>0 for the built-in set; rises with each change.</summary>
        public long Sequence { get; }

        /// <summary>Fleet root, DER; empty in a firmware built without keys.</summary>
        public byte[] Root { get; }

        /// <summary>The CA of operational certificates, DER; empty when there is none yet.</summary>
        public byte[] OperationalCa { get; }

        /// <summary>Broker's host name.</summary>
        public string Host { get; }

        /// <summary>Broker's TCP port.</summary>
        public int Port { get; }

        /// <summary>The key of signed time, an uncompressed point; empty when there is none.</summary>
        public byte[] TimeKey { get; }

        /// <summary>Seconds since 1970: no certificate of the set is valid before; 0 in a set without a root.</summary>
        public long Begins
        {
            get
            {
                Look();
                return _begins;
            }
        }

        /// <summary>Seconds since 1970: the earliest end of a certificate in it, which no time is believed to be past; 0 in a set without a root.</summary>
        public long Ends
        {
            get
            {
                Look();
                return _ends;
            }
        }

        /// <summary>The key of signed time; null when there is none.</summary>
        public P256PublicKey TimePublicKey
        {
            get
            {
                Look();
                return _timePublicKey;
            }
        }

        /// <summary>The set that a board was built and provisioned with: number 0, no operational CA.</summary>
        /// <param name="anchors">What the firmware was built with.</param>
        /// <param name="host">Broker's host name, as the factory has set it.</param>
        /// <param name="port">Broker's TCP port, likewise.</param>
        public static TrustSet OfAnchors(TrustAnchors anchors, string host, int port)
        {
            if (anchors is null)
            {
                throw new ArgumentNullException(nameof(anchors));
            }

            byte[] none = new byte[0];
            return new TrustSet(BuiltIn, anchors.FleetRoot, none, host, port, anchors.TimeKey is null ? none : anchors.TimeKey.Encode());
        }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(6)
                .Unsigned(1).Unsigned(Sequence)
                .Unsigned(2).Bytes(Root)
                .Unsigned(3).Bytes(OperationalCa)
                .Unsigned(4).Text(Host)
                .Unsigned(5).Unsigned(Port)
                .Unsigned(6).Bytes(TimeKey)
                .ToArray();
        }

        /// <summary>Reads a set that somebody sent or flash kept; null when it is malformed. What it says is not judged.</summary>
        public static TrustSet Decode(byte[] body)
        {
            if (body is null)
            {
                return null;
            }

            var reader = new CborReader(body);
            reader.Map(6);
            reader.Key(1);
            long sequence = reader.Unsigned(0xFFFFFFFF);
            reader.Key(2);
            byte[] root = reader.Bytes(1, MaximumCertificate);
            reader.Key(3);
            byte[] operationalCa = reader.Bytes(0, MaximumCertificate);
            reader.Key(4);
            string host = reader.Text(1, MaximumHost);
            reader.Key(5);
            int port = (int)reader.Unsigned(65535);
            reader.Key(6);
            byte[] timeKey = reader.Bytes(P256PublicKey.EncodedSize, P256PublicKey.EncodedSize);
            return reader.IsComplete && sequence > BuiltIn && port > 0 && IsHost(host) ? new TrustSet(sequence, root, operationalCa, host, port, timeKey) : null;
        }

        /// <summary>Whether a board could live with this set from now on: <see cref="TrustSetVerdict.Staged"/> when it could.</summary>
        /// <param name="now">Seconds since 1970, as the board believes.</param>
        public TrustSetVerdict Judge(long now)
        {
            Certificate root = Certificate.Decode(Root);
            if (root is null || !IsAuthority(root) || root.Extensions.PathLength == 0 || !root.IsSignedBy(root))
            {
                return TrustSetVerdict.WrongRoot;
            }

            Certificate authority = OperationalCa.Length == 0 ? null : Certificate.Decode(OperationalCa);
            bool isUnderRoot = !(authority is null) && IsAuthority(authority) && authority.Extensions.PathLength == 0 && authority.IsSignedBy(root);
            if (OperationalCa.Length > 0 && !isUnderRoot)
            {
                return TrustSetVerdict.WrongOperationalCa;
            }

            // What never ends would let a stolen time key say any time.
            if (root.NotAfter == X509Time.NoEnd || (isUnderRoot && authority.NotAfter == X509Time.NoEnd))
            {
                return TrustSetVerdict.NeverEnds;
            }

            if (now < Begins || now >= Ends)
            {
                return TrustSetVerdict.OutOfDate;
            }

            return TimePublicKey is null ? TrustSetVerdict.WrongTimeKey : TrustSetVerdict.Staged;
        }

        private static bool IsAuthority(Certificate certificate)
        {
            return certificate.Extensions.IsAuthority && certificate.Extensions.MaySignCertificates;
        }

        /// <summary>Letters, digits, dots and hyphens: what the name in a broker's certificate is made of.</summary>
        private static bool IsHost(string host)
        {
            for (int i = 0; i < host.Length; i++)
            {
                char c = host[i];
                if (!Ascii.IsLetter(c) && !Ascii.IsDigit(c) && c != '.' && c != '-')
                {
                    return false;
                }
            }

            return true;
        }

        private void Look()
        {
            if (_isLookedAt)
            {
                return;
            }

            _isLookedAt = true;
            Certificate root = Root.Length == 0 ? null : Certificate.Decode(Root);
            Certificate authority = OperationalCa.Length == 0 ? null : Certificate.Decode(OperationalCa);
            _begins = root is null ? 0 : root.NotBefore;
            _ends = root is null ? 0 : root.NotAfter;
            if (!(authority is null))
            {
                _begins = authority.NotBefore > _begins ? authority.NotBefore : _begins;
                _ends = authority.NotAfter < _ends ? authority.NotAfter : _ends;
            }

            _timePublicKey = TimeKey.Length == 0 ? null : P256PublicKey.Decode(TimeKey, 0, TimeKey.Length);
        }
    }
}
