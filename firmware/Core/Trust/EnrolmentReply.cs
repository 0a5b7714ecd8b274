using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// What the fleet says about an operational certificate: {1: token, 2: SHA-256 of the PKCS#10 or nothing, 3: certificate, 4: operational CA,
    /// 5: seconds to wait before asking again}. <c>issued</c> brings both certificates, <c>wanted</c> invites to ask, any other token refuses.
    /// </summary>
    public sealed class EnrolmentReply
    {
        /// <summary>Here is the certificate.</summary>
        public const string Issued = "issued";

        /// <summary>Ask for one.</summary>
        public const string Wanted = "wanted";

        /// <summary>Longest wait, in seconds.</summary>
        public const int MaximumWait = 86400;

        private EnrolmentReply(string token, byte[] request, byte[] certificate, byte[] issuer, int wait)
        {
            Token = token;
            Request = request;
            Certificate = certificate;
            Issuer = issuer;
            Wait = wait;
        }

        /// <summary><see cref="Issued"/>, <see cref="Wanted"/>, or why not.</summary>
        public string Token { get; }

        /// <summary>SHA-256 of the request that is answered; empty in an invitation.</summary>
        public byte[] Request { get; }

        /// <summary>The certificate, DER; empty unless it was issued. Hostile: <see cref="OperationalCertificate"/> judges it.</summary>
        public byte[] Certificate { get; }

        /// <summary>The operational CA's certificate, DER; likewise.</summary>
        public byte[] Issuer { get; }

        /// <summary>Seconds, 0 to 86400.</summary>
        public int Wait { get; }

        /// <summary>An issued certificate.</summary>
        public static EnrolmentReply OfIssued(byte[] request, byte[] certificate, byte[] issuer)
        {
            return Of(Issued, request, certificate, issuer, 0);
        }

        /// <summary>An invitation.</summary>
        public static EnrolmentReply OfWanted()
        {
            byte[] none = new byte[0];
            return Of(Wanted, none, none, none, 0);
        }

        /// <summary>A refusal.</summary>
        public static EnrolmentReply OfRefused(string token, byte[] request, int wait)
        {
            byte[] none = new byte[0];
            return Of(token, request, none, none, wait);
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static EnrolmentReply Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(5);
            reader.Key(1);
            string token = reader.Text(1, 32);
            reader.Key(2);
            byte[] request = reader.Bytes(0, Sha256.Size);
            reader.Key(3);
            byte[] certificate = reader.Bytes(0, OperationalCertificate.MaximumSize);
            reader.Key(4);
            byte[] issuer = reader.Bytes(0, OperationalCertificate.MaximumSize);
            reader.Key(5);
            int wait = (int)reader.Unsigned(MaximumWait);
            return reader.IsComplete && AreOfAPiece(token, request, certificate, issuer) ? new EnrolmentReply(token, request, certificate, issuer, wait) : null;
        }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(5)
                .Unsigned(1).Text(Token)
                .Unsigned(2).Bytes(Request)
                .Unsigned(3).Bytes(Certificate)
                .Unsigned(4).Bytes(Issuer)
                .Unsigned(5).Unsigned(Wait)
                .ToArray();
        }

        private static EnrolmentReply Of(string token, byte[] request, byte[] certificate, byte[] issuer, int wait)
        {
            if (token is null || request is null || certificate is null || issuer is null || wait < 0 || wait > MaximumWait
                || !AreOfAPiece(token, request, certificate, issuer))
            {
                throw new ArgumentException(nameof(token));
            }

            return new EnrolmentReply(token, request, certificate, issuer, wait);
        }

        private static bool AreOfAPiece(string token, byte[] request, byte[] certificate, byte[] issuer)
        {
            bool isIssued = token == Issued;
            bool hasRequest = request.Length == Sha256.Size;
            bool hasBoth = certificate.Length > 0 && issuer.Length > 0;
            bool hasNone = certificate.Length == 0 && issuer.Length == 0;
            return Ascii.IsName(token) && (isIssued ? hasRequest && hasBoth : hasNone && (hasRequest || (request.Length == 0 && token == Wanted)));
        }
    }
}
