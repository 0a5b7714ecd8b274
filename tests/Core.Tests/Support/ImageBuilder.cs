using System;
using System.Collections;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>
    /// Makes MCUboot images of any shape. As it stands after construction it makes one that <see cref="TestRules"/> accept; a test changes the
    /// one thing it is about.
    /// </summary>
    internal sealed class ImageBuilder
    {
        /// <summary>n of P-256 (SP 800-186 section 3.2.1.3).</summary>
        private const string CurveOrder = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

        private readonly ArrayList _protected = new ArrayList();
        private readonly ArrayList _unprotected = new ArrayList();

        internal ImageBuilder()
        {
            Protect(Tlv.SecurityCounter, UInt32(7));
            Protect(Tlv.BoardType, Ascii.GetBytes("virtual-board"));
            Protect(Tlv.PayloadKind, new byte[] { 2 });
            Version = new ImageVersion(1, 2, 3, 4);
            Payload = DotNetPayload(new byte[] { 0x4D, 0x5A, 0x90, 0x00, 0x03 });
            Key = TestKeys.Ota;
            Trailing = new byte[0];
        }

        internal uint Magic { get; set; } = 0x96F3B83D;

        internal uint LoadAddress { get; set; }

        internal int HeaderSize { get; set; } = 32;

        internal uint Flags { get; set; }

        internal ImageVersion Version { get; set; }

        internal uint Pad { get; set; }

        internal byte[] Payload { get; set; }

        internal int ProtectedMagic { get; set; } = 0x6908;

        internal int UnprotectedMagic { get; set; } = 0x6907;

        /// <summary>As the header says it; -1: as it is.</summary>
        internal int StatedProtectedSize { get; set; } = -1;

        /// <summary>As the protected area's own head says it; -1: as it is.</summary>
        internal int StatedProtectedArea { get; set; } = -1;

        /// <summary>As the header says it; -1: as it is.</summary>
        internal long StatedPayloadSize { get; set; } = -1;

        /// <summary>As the unprotected area's own head says it; -1: as it is.</summary>
        internal int StatedUnprotectedArea { get; set; } = -1;

        /// <summary>Signs.</summary>
        internal P256PrivateKey Key { get; set; }

        /// <summary>Is named as the signer; null: the one that signs.</summary>
        internal P256PublicKey NamedKey { get; set; }

        /// <summary>The digest that is written and signed; null: the right one.</summary>
        internal byte[] StatedDigest { get; set; }

        /// <summary>The digest that is signed; null: the one that is written.</summary>
        internal byte[] SignedDigest { get; set; }

        /// <summary>The signature, DER; null: made by <see cref="Key"/>.</summary>
        internal byte[] Signature { get; set; }

        /// <summary>Digest, key hash, signature and what was appended, in this order; null: as it is.</summary>
        internal int[] Order { get; set; }

        /// <summary>The signature is the other one that verifies: n - s in the place of s. Whoever has one can make the other.</summary>
        internal bool IsOtherSignature { get; set; }

        /// <summary>Bit 0: no digest, bit 1: no key hash, bit 2: no signature.</summary>
        internal int Leaves { get; set; }

        /// <summary>Behind the end.</summary>
        internal byte[] Trailing { get; set; }

        /// <summary>The digest of the last image made.</summary>
        internal byte[] Digest { get; private set; }

        internal static byte[] UInt16(int value)
        {
            return new byte[] { (byte)value, (byte)(value >> 8) };
        }

        internal static byte[] UInt32(uint value)
        {
            return new byte[] { (byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24) };
        }

        /// <summary>A payload of kind 2: length, bytes, zeros to 4 bytes, for each.</summary>
        internal static byte[] DotNetPayload(params byte[][] modules)
        {
            var payload = new byte[0];
            for (int i = 0; i < modules.Length; i++)
            {
                int padding = (4 - (modules[i].Length & 3)) & 3;
                payload = ByteArray.Concat(payload, UInt32((uint)modules[i].Length), modules[i], new byte[padding]);
            }

            return payload;
        }

        /// <summary>Adds a protected TLV.</summary>
        internal ImageBuilder Protect(int type, byte[] value)
        {
            _protected.Add(new Tlv(type, value));
            return this;
        }

        /// <summary>Takes the protected TLVs of that type away.</summary>
        internal ImageBuilder Without(int type)
        {
            for (int i = _protected.Count - 1; i >= 0; i--)
            {
                if (((Tlv)_protected[i]).Type == type)
                {
                    _protected.RemoveAt(i);
                }
            }

            return this;
        }

        /// <summary>Gives a protected TLV another value.</summary>
        internal ImageBuilder Replace(int type, byte[] value)
        {
            return Without(type).Protect(type, value);
        }

        /// <summary>Adds an unprotected TLV behind hash, key hash and signature.</summary>
        internal ImageBuilder Append(int type, byte[] value)
        {
            _unprotected.Add(new Tlv(type, value));
            return this;
        }

        /// <summary>Security counter.</summary>
        internal ImageBuilder Counter(uint counter)
        {
            return Replace(Tlv.SecurityCounter, UInt32(counter));
        }

        /// <summary>The image.</summary>
        internal byte[] Build()
        {
            byte[] area = _protected.Count == 0 ? new byte[0] : Area(_protected, ProtectedMagic, StatedProtectedArea);
            int protectedSize = StatedProtectedSize >= 0 ? StatedProtectedSize : area.Length;
            byte[] header = ByteArray.Concat(
                UInt32(Magic),
                UInt32(LoadAddress),
                UInt16(HeaderSize),
                UInt16(protectedSize),
                UInt32(StatedPayloadSize >= 0 ? (uint)StatedPayloadSize : (uint)Payload.Length),
                UInt32(Flags),
                new byte[] { Version.Major, Version.Minor },
                UInt16(Version.Revision),
                UInt32(Version.Build),
                UInt32(Pad));
            byte[] signed = ByteArray.Concat(header, new byte[HeaderSize > 32 ? HeaderSize - 32 : 0], Payload, area);
            Digest = Sha256.Hash(signed);
            byte[] stated = StatedDigest ?? Digest;

            var entries = new ArrayList();
            if ((Leaves & 1) == 0)
            {
                entries.Add(new Tlv(Tlv.Sha256, stated));
            }

            if ((Leaves & 2) == 0)
            {
                entries.Add(new Tlv(Tlv.KeyHash, (NamedKey ?? Key.PublicKey).KeyHash()));
            }

            if ((Leaves & 4) == 0)
            {
                entries.Add(new Tlv(Tlv.Signature, Signature ?? Sign(SignedDigest ?? Digest)));
            }

            for (int i = 0; i < _unprotected.Count; i++)
            {
                entries.Add(_unprotected[i]);
            }

            if (!(Order is null))
            {
                var sorted = new ArrayList();
                for (int i = 0; i < Order.Length; i++)
                {
                    sorted.Add(entries[Order[i]]);
                }

                entries = sorted;
            }

            return ByteArray.Concat(signed, Area(entries, UnprotectedMagic, StatedUnprotectedArea), Trailing);
        }

        private byte[] Sign(byte[] digest)
        {
            byte[] signature = Ecdsa.Sign(Key, digest);
            byte[] order = Hex.Decode(CurveOrder);
            int borrow = 0;
            for (int i = 31; IsOtherSignature && i >= 0; i--)
            {
                int difference = order[i] - signature[32 + i] - borrow;
                borrow = difference < 0 ? 1 : 0;
                signature[32 + i] = (byte)(difference + (borrow * 256));
            }

            return EcdsaSignatureDer.Encode(signature);
        }

        private static byte[] Area(ArrayList entries, int magic, int statedLength)
        {
            var body = new byte[0];
            for (int i = 0; i < entries.Count; i++)
            {
                var tlv = (Tlv)entries[i];
                body = ByteArray.Concat(body, UInt16(tlv.Type), UInt16(tlv.Value.Length), tlv.Value);
            }

            int length = statedLength >= 0 ? statedLength : 4 + body.Length;
            return ByteArray.Concat(UInt16(magic), UInt16(length), body);
        }
    }
}
