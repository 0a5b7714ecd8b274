using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Storage
{
    /// <summary>
    /// A record whose body is encrypted and authenticated under the board's <see cref="SealKey"/>: AES-128-CBC, then HMAC-SHA-256 over name,
    /// format, initialization vector and ciphertext (encrypt-then-MAC), each under a key of its own. A record put under another name, or into
    /// another board, does not open. An older body of the same record does: the seal knows no order.
    /// </summary>
    /// <remarks>Body: format 1 (1 byte), initialization vector (16), ciphertext (a multiple of 16), tag (32). SPEC.md has it in full.</remarks>
    public sealed class SealedRecord
    {
        /// <summary>The longest plaintext, in bytes.</summary>
        public const int MaximumPlaintext = 3072;

        private const byte Format = 1;
        private const int Block = 16;
        private const int IvOffset = 1;
        private const int TextOffset = IvOffset + Block;
        private const int Overhead = TextOffset + Sha256.Size;
        private const byte PadStart = 0x80;

        private readonly RecordStore _store;
        private readonly ISealer _sealer;
        private readonly IEntropy _entropy;
        private readonly string _name;

        /// <summary>The sealed record of that name (a record store's name: SPEC.md lists them).</summary>
        public SealedRecord(RecordStore store, ISealer sealer, IEntropy entropy, string name)
        {
            _store = store ?? throw new ArgumentNullException(nameof(store));
            _sealer = sealer ?? throw new ArgumentNullException(nameof(sealer));
            _entropy = entropy ?? throw new ArgumentNullException(nameof(entropy));
            _name = name ?? throw new ArgumentNullException(nameof(name));
        }

        /// <summary>The plaintext, a new array that the caller zeroes when it is secret; null unless the verdict is Opened.</summary>
        public byte[] Read(out SealVerdict verdict)
        {
            byte[] body = _store.Read(_name);
            verdict = body is null ? SealVerdict.Absent : SealVerdict.Malformed;
            if (body is null || body.Length < Overhead + Block || (body.Length - Overhead) % Block != 0 || body[0] != Format)
            {
                return null;
            }

            byte[] seal = SealKey.Load(_store);
            if (seal is null)
            {
                verdict = SealVerdict.NoSealKey;
                return null;
            }

            byte[] plaintext = Open(seal, body, out verdict);
            FixedTime.Clear(seal);
            return plaintext;
        }

        /// <summary>
        /// Seals and stores at most <see cref="MaximumPlaintext"/> bytes, as <see cref="RecordStore.Write"/> does. False when the board has no
        /// seal key: then nothing was stored.
        /// </summary>
        public bool Write(byte[] plaintext)
        {
            if (plaintext is null)
            {
                throw new ArgumentNullException(nameof(plaintext));
            }

            if (plaintext.Length > MaximumPlaintext)
            {
                throw new ArgumentOutOfRangeException(nameof(plaintext));
            }

            byte[] seal = SealKey.Load(_store);
            if (seal is null)
            {
                return false;
            }

            byte[] body = Seal(seal, plaintext);
            FixedTime.Clear(seal);
            _store.Write(_name, body);
            return true;
        }

        /// <summary>Forgets the value. Its sealed bytes may still lie in stale blocks of the flash.</summary>
        public void Delete()
        {
            _store.Delete(_name);
        }

        /// <summary>The store it lies in.</summary>
        public RecordStore Store
        {
            get { return _store; }
        }

        private byte[] Seal(byte[] seal, byte[] plaintext)
        {
            var padded = new byte[plaintext.Length + Block - (plaintext.Length % Block)];
            Array.Copy(plaintext, 0, padded, 0, plaintext.Length);
            padded[plaintext.Length] = PadStart;
            byte[] iv = Iv(seal, padded);
            byte[] key = Derive(seal, "encrypt", Block);
            byte[] text = _sealer.Encrypt(key, iv, padded);
            FixedTime.Clear(key);
            FixedTime.Clear(padded);
            byte[] untagged = ByteArray.Concat(new byte[] { Format }, iv, text);
            return ByteArray.Concat(untagged, Tag(seal, untagged, untagged.Length));
        }

        private byte[] Open(byte[] seal, byte[] body, out SealVerdict verdict)
        {
            int length = body.Length - Sha256.Size;
            if (!FixedTime.AreEqual(Tag(seal, body, length), ByteArray.Slice(body, length, Sha256.Size)))
            {
                verdict = SealVerdict.WrongTag;
                return null;
            }

            byte[] key = Derive(seal, "encrypt", Block);
            byte[] padded = _sealer.Decrypt(key, ByteArray.Slice(body, IvOffset, Block), ByteArray.Slice(body, TextOffset, length - TextOffset));
            FixedTime.Clear(key);
            int end = padded.Length - 1;
            while (end > 0 && padded[end] == 0)
            {
                end--;
            }

            bool isPadded = padded[end] == PadStart;
            verdict = isPadded ? SealVerdict.Opened : SealVerdict.Malformed;
            byte[] plaintext = isPadded ? ByteArray.Slice(padded, 0, end) : null;
            FixedTime.Clear(padded);
            return plaintext;
        }

        /// <summary>
        /// Random, and still never the same for two plaintexts should the noise source have died: an HMAC over fresh noise, the name and the
        /// plaintext (compare RFC 5297).
        /// </summary>
        private byte[] Iv(byte[] seal, byte[] padded)
        {
            var noise = new byte[Block];
            _entropy.Fill(noise);
            byte[] key = Derive(seal, "iv", Sha256.Size);
            byte[] input = ByteArray.Concat(noise, Label(_name), padded);
            byte[] iv = ByteArray.Slice(_sealer.Mac(key, input), 0, Block);
            FixedTime.Clear(key);
            FixedTime.Clear(input);
            return iv;
        }

        /// <summary>HMAC over the record's name, a zero, then the first bytes of the body: format, initialization vector, ciphertext.</summary>
        private byte[] Tag(byte[] seal, byte[] body, int length)
        {
            byte[] key = Derive(seal, "authenticate", Sha256.Size);
            byte[] tag = _sealer.Mac(key, ByteArray.Concat(Label(_name), ByteArray.Slice(body, 0, length)));
            FixedTime.Clear(key);
            return tag;
        }

        private byte[] Derive(byte[] seal, string purpose, int length)
        {
            byte[] key = _sealer.Mac(seal, Ascii.GetBytes("DeviceFirmware seal " + purpose));
            byte[] cut = ByteArray.Slice(key, 0, length);
            FixedTime.Clear(key);
            return cut;
        }

        /// <summary>A text and a zero behind it, so that no two parts run into each other.</summary>
        private static byte[] Label(string text)
        {
            return ByteArray.Concat(Ascii.GetBytes(text), new byte[1]);
        }
    }
}
