using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Identity
{
    /// <summary>
    /// A PKCS#10 certification request (RFC 2986) for a P-256 key, signed with ecdsa-with-SHA256 (RFC 5758): the board writes it, the station
    /// reads it. No attributes, no extensions: what the certificate says beyond name and key is the station's business.
    /// </summary>
    public sealed class CertificateRequest
    {
        /// <summary>PEM label.</summary>
        public const string PemLabel = "CERTIFICATE REQUEST";

        private readonly byte[] _signed;
        private readonly byte[] _signature;

        private CertificateRequest(DistinguishedName subject, P256PublicKey key, byte[] signed, byte[] signature)
        {
            Subject = subject;
            PublicKey = key;
            _signed = signed;
            _signature = signature;
        }

        /// <summary>The subject: CN is the device id, serialNumber the hardware id.</summary>
        public DistinguishedName Subject { get; }

        /// <summary>The key that asks; on the curve.</summary>
        public P256PublicKey PublicKey { get; }

        /// <summary>True when the request is signed by the key in it: the asker holds the private key.</summary>
        public bool ProvesPossession => Ecdsa.Verify(PublicKey, Sha256.Hash(_signed), _signature);

        /// <summary>Makes and signs a request; DER.</summary>
        public static byte[] Create(IIdentityKey key, string hardwareId, string deviceId)
        {
            if (key is null)
            {
                throw new ArgumentNullException(nameof(key));
            }

            if (!Ascii.IsName(deviceId) || !Ascii.IsName(hardwareId))
            {
                throw new ArgumentException(nameof(deviceId));
            }

            byte[] info = Der.Sequence(
                Der.Item(Der.IntegerTag, new byte[1]),
                DistinguishedName.Encode(hardwareId, deviceId),
                key.PublicKey.EncodeSubjectPublicKeyInfo(),
                Der.Item(0xA0, new byte[0]));
            byte[] signature = key.Sign(Sha256.Hash(info));
            return Der.Sequence(info, Certificate.SignatureAlgorithm(), Der.BitString(EcdsaSignatureDer.Encode(signature)));
        }

        /// <summary>Reads a request; null unless it has the form that <see cref="Create"/> writes; the subject may have its parts in another order, and an O. The signature is not checked here.</summary>
        public static CertificateRequest Decode(byte[] der)
        {
            if (der is null)
            {
                throw new ArgumentNullException(nameof(der));
            }

            var outer = new DerReader(der, 0, der.Length);
            DerReader request = outer.Enter(Der.SequenceTag);
            outer.End();
            byte[] signed = request.Whole(Der.SequenceTag);
            byte[] algorithm = request.Whole(Der.SequenceTag);
            byte[] signatureDer = request.BitString();
            request.End();
            if (outer.Failed || !ByteArray.AreEqual(algorithm, Certificate.SignatureAlgorithm()))
            {
                return null;
            }

            var infoOuter = new DerReader(signed, 0, signed.Length);
            DerReader info = infoOuter.Enter(Der.SequenceTag);
            byte[] version = info.Content(Der.IntegerTag);
            DistinguishedName subject = DistinguishedName.Read(info);
            byte[] keyInfo = info.Whole(Der.SequenceTag);
            byte[] attributes = info.Content(0xA0);
            info.End();
            if (infoOuter.Failed || version.Length != 1 || version[0] != 0 || attributes.Length != 0)
            {
                return null;
            }

            P256PublicKey key = P256PublicKey.DecodeSubjectPublicKeyInfo(keyInfo, 0, keyInfo.Length);
            byte[] signature = EcdsaSignatureDer.Decode(signatureDer, 0, signatureDer.Length);
            return key is null || signature is null ? null : new CertificateRequest(subject, key, signed, signature);
        }
    }
}
