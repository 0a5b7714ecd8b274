using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Image
{
    /// <summary>
    /// The door of the decision "may this image run?", and the only maker of its value. An image that exists as this type had its hash, its
    /// signature by an embedded OTA key, board type, payload kind and counter checked. Every byte of the file is read exactly once; what is
    /// handed out as <see cref="Modules"/> is the very memory that was hashed.
    /// </summary>
    public sealed class VerifiedImage
    {
        private const int ChunkSize = 1024;
        private const string ContractAssembly = "DeviceFirmware.Contract";

        private readonly byte[][] _modules;

        private VerifiedImage(ImageHeader header, uint securityCounter, byte[] digest, byte[][] modules)
        {
            Version = header.Version;
            SecurityCounter = securityCounter;
            Digest = digest;
            _modules = modules;
        }

        /// <summary>The image's version.</summary>
        public ImageVersion Version { get; }

        /// <summary>The image's security counter.</summary>
        public uint SecurityCounter { get; }

        /// <summary>SHA-256 over header, payload and protected TLVs: the image's name in the slot records.</summary>
        public byte[] Digest { get; }

        /// <summary>The modules to load, in order. Only after <see cref="Load"/>; asking a merely checked image is misuse.</summary>
        public byte[][] Modules => _modules ?? throw new InvalidOperationException();

        /// <summary>Checks an image in flash without keeping it: constant memory, for an image that is to be staged.</summary>
        public static ImageCheck Check(IFiles files, string name, ImageRules rules)
        {
            return Open(files, name, rules, false);
        }

        /// <summary>Checks an image and keeps its modules, for an image that is to run now.</summary>
        public static ImageCheck Load(IFiles files, string name, ImageRules rules)
        {
            return Open(files, name, rules, true);
        }

        private static ImageCheck Open(IFiles files, string name, ImageRules rules, bool keepModules)
        {
            if (files is null)
            {
                throw new ArgumentNullException(nameof(files));
            }

            if (rules is null)
            {
                throw new ArgumentNullException(nameof(rules));
            }

            if (rules.OtaKeys.Length == 0)
            {
                return new ImageCheck(ImageVerdict.NoKeys, null, null);
            }

            int length = files.Length(name);
            if (length < 0)
            {
                return new ImageCheck(ImageVerdict.Missing, null, null);
            }

            if (length > rules.MaximumSize)
            {
                return new ImageCheck(ImageVerdict.TooLarge, length.ToString() + " bytes, the slot has " + rules.MaximumSize.ToString(), null);
            }

            var fixedPart = new byte[ImageHeader.Size];
            ImageHeader header = files.Read(name, 0, fixedPart, 0, fixedPart.Length) == fixedPart.Length ? ImageHeader.Decode(fixedPart, length) : null;
            if (header is null)
            {
                return new ImageCheck(ImageVerdict.NotAnImage, null, null);
            }

            int areaStart = header.HeaderSize + header.PayloadSize;
            if (length - areaStart > 2 * ImageHeader.MaximumTlvArea)
            {
                return new ImageCheck(ImageVerdict.TrailingBytes, null, null);
            }

            var area = new byte[length - areaStart];
            if (files.Read(name, areaStart, area, 0, area.Length) != area.Length)
            {
                return new ImageCheck(ImageVerdict.Missing, null, null);
            }

            var tlvs = new ImageTlvs();
            ImageVerdict verdict = tlvs.Read(area, header.ProtectedSize);
            if (verdict != ImageVerdict.Accepted)
            {
                bool named = verdict == ImageVerdict.UnknownTlv || verdict == ImageVerdict.DuplicateTlv;
                return new ImageCheck(verdict, named ? "type " + tlvs.Culprit.ToString() : null, null);
            }

            var payload = new PayloadReader(files, name, header, fixedPart);
            byte[][] modules = null;
            if (keepModules && !(tlvs.PayloadKind is null) && tlvs.PayloadKind.Length == 1)
            {
                modules = payload.ReadModules(tlvs.PayloadKind[0]);
            }
            else
            {
                payload.Skim(ChunkSize);
            }

            if (!payload.WasRead)
            {
                return new ImageCheck(ImageVerdict.Missing, null, null);
            }

            byte[] digest = payload.Finish(area, header.ProtectedSize);
            return Decide(rules, header, tlvs, digest, modules, keepModules, payload.Problem);
        }

        /// <summary>The ordered checks: first that the bytes are the signer's, then that the signer meant this board, now.</summary>
        private static ImageCheck Decide(ImageRules rules, ImageHeader header, ImageTlvs tlvs, byte[] digest, byte[][] modules, bool keepModules, string payloadProblem)
        {
            ImageVerdict authentic = Authenticate(rules.OtaKeys, tlvs, digest);
            if (authentic != ImageVerdict.Accepted)
            {
                return new ImageCheck(authentic, null, null);
            }

            if (tlvs.SecurityCounter is null || tlvs.SecurityCounter.Length != 4)
            {
                return new ImageCheck(ImageVerdict.NoSecurityCounter, null, null);
            }

            if (tlvs.BoardType is null)
            {
                return new ImageCheck(ImageVerdict.NoBoardType, null, null);
            }

            string boardType = Ascii.GetString(tlvs.BoardType, 0, tlvs.BoardType.Length);
            if (boardType != rules.BoardType)
            {
                return new ImageCheck(ImageVerdict.OtherBoardType, (Ascii.IsName(boardType) ? boardType : "unreadable") + ", this is " + rules.BoardType, null);
            }

            if (tlvs.PayloadKind is null || tlvs.PayloadKind.Length != 1 || tlvs.PayloadKind[0] != rules.PayloadKind)
            {
                return new ImageCheck(ImageVerdict.OtherPayloadKind, null, null);
            }

            ImageVerdict platform = CheckPlatform(rules, tlvs);
            if (platform != ImageVerdict.Accepted)
            {
                return new ImageCheck(platform, null, null);
            }

            uint counter = LittleEndian.GetUInt32(tlvs.SecurityCounter, 0);
            if (counter < rules.MinimumCounter)
            {
                return new ImageCheck(ImageVerdict.CounterTooLow, counter.ToString() + ", stored is " + rules.MinimumCounter.ToString(), null);
            }

            // Asked when an image is to be staged or installed. At a boot it could only keep a board from starting that has lost its counter.
            if (!keepModules && counter > rules.MaximumCounter)
            {
                return new ImageCheck(ImageVerdict.CounterTooHigh, counter.ToString() + ", stored is " + rules.MinimumCounter.ToString(), null);
            }

            if (ImageRules.Contains(rules.RefusedDigests, digest))
            {
                return new ImageCheck(ImageVerdict.RejectedBefore, null, null);
            }

            if (keepModules && modules is null)
            {
                return new ImageCheck(ImageVerdict.MalformedPayload, payloadProblem, null);
            }

            string otherLine = keepModules && rules.PayloadKind == PayloadReader.NanoAssemblies ? OtherContract(modules, rules.Contract) : null;
            if (!(otherLine is null))
            {
                return new ImageCheck(ImageVerdict.OtherContract, otherLine + ", this is " + rules.Contract, null);
            }

            return new ImageCheck(ImageVerdict.Accepted, null, new VerifiedImage(header, counter, digest, modules));
        }

        /// <summary>The line of the contract that a module was built for, when it is another one; null when none was.</summary>
        private static string OtherContract(byte[][] modules, string line)
        {
            for (int i = 0; i < modules.Length && line.Length > 0; i++)
            {
                string built = NanoAssembly.LineOf(modules[i], ContractAssembly);
                if (!(built is null) && built != line)
                {
                    return built;
                }
            }

            return null;
        }

        private static ImageVerdict Authenticate(P256PublicKey[] keys, ImageTlvs tlvs, byte[] digest)
        {
            if (tlvs.Digest is null || tlvs.Digest.Length != Sha256.Size)
            {
                return ImageVerdict.NoHash;
            }

            if (tlvs.SignatureDer is null || tlvs.KeyHash is null)
            {
                return ImageVerdict.NoSignature;
            }

            if (!ByteArray.AreEqual(tlvs.Digest, digest))
            {
                return ImageVerdict.WrongHash;
            }

            P256PublicKey key = null;
            for (int i = 0; i < keys.Length; i++)
            {
                if (ByteArray.AreEqual(keys[i].KeyHash(), tlvs.KeyHash))
                {
                    key = keys[i];
                }
            }

            if (key is null)
            {
                return ImageVerdict.UnknownKey;
            }

            byte[] signature = EcdsaSignatureDer.Decode(tlvs.SignatureDer, 0, tlvs.SignatureDer.Length);
            return !(signature is null) && Ecdsa.Verify(key, digest, signature) ? ImageVerdict.Accepted : ImageVerdict.WrongSignature;
        }

        private static ImageVerdict CheckPlatform(ImageRules rules, ImageTlvs tlvs)
        {
            if (!(tlvs.MinimumLoader is null))
            {
                if (tlvs.MinimumLoader.Length != 8)
                {
                    return ImageVerdict.MalformedTlv;
                }

                byte[] v = tlvs.MinimumLoader;
                var minimum = new ImageVersion(v[0], v[1], LittleEndian.GetUInt16(v, 2), LittleEndian.GetUInt32(v, 4));
                if (rules.LoaderVersion.CompareTo(minimum) < 0)
                {
                    return ImageVerdict.LoaderTooOld;
                }
            }

            if (!(tlvs.CoreLibrary is null) && Ascii.GetString(tlvs.CoreLibrary, 0, tlvs.CoreLibrary.Length) != rules.CoreLibrary)
            {
                return ImageVerdict.OtherCoreLibrary;
            }

            return ImageVerdict.Accepted;
        }
    }
}
