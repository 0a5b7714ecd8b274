using System;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Provisioning
{
    /// <summary>
    /// The claim secret and the setup password, from the moment a station asks for them until the board is provisioned. They are made anew for
    /// each session and lie in memory only: the claim secret never reaches the flash and is zeroed once the station has said that it keeps it;
    /// the setup password is stored, sealed, just before the identity.
    /// </summary>
    public sealed class BoardSecrets
    {
        /// <summary>Characters of the claim secret: 100 bits.</summary>
        public const int ClaimLength = 20;

        private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

        private readonly TestedNoise _noise;
        private readonly SealedRecord _record;
        private readonly NetworkRecord _networks;
        private readonly RecordStore _store;

        private byte[] _claim;
        private byte[] _password;
        private byte[] _keptHash;

        /// <summary>Secrets of that noise, sealed into that store.</summary>
        public BoardSecrets(TestedNoise noise, RecordStore store, ISealer sealer, IEntropy entropy)
        {
            _noise = noise ?? throw new ArgumentNullException(nameof(noise));
            _store = store ?? throw new ArgumentNullException(nameof(store));
            _record = SetupPassword.Record(store, sealer, entropy);
            _networks = new NetworkRecord(store, sealer, entropy);
        }

        /// <summary>True once the station has said that it keeps them.</summary>
        public bool AreKept
        {
            get { return !(_keptHash is null); }
        }

        /// <summary>True between the making and the word that they are kept: they may be told again.</summary>
        public bool CanBeTold
        {
            get { return !(_claim is null); }
        }

        /// <summary>20 ASCII characters, this object's own array; null but while <see cref="CanBeTold"/>.</summary>
        public byte[] Claim
        {
            get { return _claim; }
        }

        /// <summary>12 ASCII characters, this object's own array; null before they are made.</summary>
        public byte[] Password
        {
            get { return _password; }
        }

        /// <summary>Makes both, and the board's seal key if it has none; false when the noise source is not good enough.</summary>
        public bool Make(string hardwareId, out EntropyVerdict verdict)
        {
            Forget();
            if (!SealKey.Ensure(_store, _noise, out verdict))
            {
                return false;
            }

            HmacDrbg drbg = _noise.Draw("DeviceFirmware claim " + hardwareId, out verdict);
            if (drbg is null)
            {
                return false;
            }

            _claim = Letters(drbg, ClaimLength);
            _password = Letters(drbg, SetupPassword.Length);
            drbg.Clear();
            return true;
        }

        /// <summary>
        /// The station keeps what has this hash: SHA-256 of claim secret and password. The claim secret ends here. True also when it says so
        /// again, because the answer got lost.
        /// </summary>
        public bool Confirm(byte[] hash)
        {
            if (AreKept)
            {
                return FixedTime.AreEqual(hash, _keptHash);
            }

            if (_claim is null)
            {
                return false;
            }

            byte[] own = HashOf(_claim, _password);
            if (!FixedTime.AreEqual(hash, own))
            {
                return false;
            }

            FixedTime.Clear(_claim);
            _claim = null;
            _keptHash = own;
            return true;
        }

        /// <summary>Stores setup password and network, both sealed, and forgets the password here.</summary>
        public void Store(NetworkCredentials network)
        {
            if (_password is null || !_record.Write(_password) || !_networks.Save(network, null))
            {
                throw new InvalidOperationException();
            }

            Forget();
        }

        /// <summary>Zeroes both.</summary>
        public void Forget()
        {
            if (!(_claim is null))
            {
                FixedTime.Clear(_claim);
            }

            if (!(_password is null))
            {
                FixedTime.Clear(_password);
            }

            _claim = null;
            _password = null;
            _keptHash = null;
        }

        /// <summary>What stands for both in the message that they are kept.</summary>
        public static byte[] HashOf(byte[] claim, byte[] password)
        {
            var hash = new Sha256();
            hash.Append(claim, 0, claim.Length);
            hash.Append(password, 0, password.Length);
            return hash.Finish();
        }

        /// <summary>True for that many characters of the alphabet.</summary>
        public static bool AreLetters(byte[] text, int length)
        {
            bool are = text.Length == length;
            for (int i = 0; i < text.Length; i++)
            {
                are &= Alphabet.IndexOf((char)text[i]) >= 0;
            }

            return are;
        }

        private static byte[] Letters(HmacDrbg drbg, int length)
        {
            var letters = new byte[length];
            drbg.Generate(letters, 0, length);
            for (int i = 0; i < length; i++)
            {
                // Five bits of each byte: no letter is likelier than another.
                letters[i] = (byte)Alphabet[letters[i] & 31];
            }

            return letters;
        }
    }
}
