namespace DeviceFirmware.Image
{
    /// <summary>Names for verdicts: on the platform an enum prints as a number.</summary>
    public static class ImageVerdictText
    {
        /// <summary>The token on the wire: stable, lower case, at most 24 characters (SPEC.md lists them).</summary>
        public static string Token(ImageVerdict verdict)
        {
            switch (verdict)
            {
                case ImageVerdict.Accepted: return "accepted";
                case ImageVerdict.Missing: return "missing";
                case ImageVerdict.NoKeys: return "no-keys";
                case ImageVerdict.NotAnImage: return "not-an-image";
                case ImageVerdict.TooLarge: return "too-large";
                case ImageVerdict.Truncated: return "truncated";
                case ImageVerdict.TrailingBytes: return "trailing-bytes";
                case ImageVerdict.MalformedTlv: return "malformed-tlv";
                case ImageVerdict.UnknownTlv: return "unknown-tlv";
                case ImageVerdict.DuplicateTlv: return "duplicate-tlv";
                case ImageVerdict.NoHash: return "no-hash";
                case ImageVerdict.NoSignature: return "no-signature";
                case ImageVerdict.OtherSignatureType: return "other-signature-type";
                case ImageVerdict.WrongHash: return "wrong-hash";
                case ImageVerdict.UnknownKey: return "unknown-key";
                case ImageVerdict.WrongSignature: return "wrong-signature";
                case ImageVerdict.NoSecurityCounter: return "no-security-counter";
                case ImageVerdict.NoBoardType: return "no-board-type";
                case ImageVerdict.OtherBoardType: return "other-board-type";
                case ImageVerdict.OtherPayloadKind: return "other-payload-kind";
                case ImageVerdict.LoaderTooOld: return "loader-too-old";
                case ImageVerdict.OtherCoreLibrary: return "other-core-library";
                case ImageVerdict.CounterTooLow: return "counter-too-low";
                case ImageVerdict.CounterTooHigh: return "counter-too-high";
                case ImageVerdict.RejectedBefore: return "rejected-before";
                case ImageVerdict.MalformedPayload: return "malformed-payload";
                case ImageVerdict.OtherContract: return "other-contract";
                default: return "not-evaluated";
            }
        }

        /// <summary>The reason in a person's words, without the detail of the one case.</summary>
        public static string Text(ImageVerdict verdict)
        {
            switch (verdict)
            {
                case ImageVerdict.Accepted: return "accepted";
                case ImageVerdict.Missing: return "there is no image, or storage gave back less than it has";
                case ImageVerdict.NoKeys: return "this firmware was built without OTA keys and takes no image";
                case ImageVerdict.NotAnImage: return "not an MCUboot image with a header that is taken here";
                case ImageVerdict.TooLarge: return "larger than the slot";
                case ImageVerdict.Truncated: return "shorter than its TLV area says";
                case ImageVerdict.TrailingBytes: return "bytes after the TLV area";
                case ImageVerdict.MalformedTlv: return "malformed TLV area";
                case ImageVerdict.UnknownTlv: return "unknown TLV";
                case ImageVerdict.DuplicateTlv: return "a TLV is there twice";
                case ImageVerdict.NoHash: return "no SHA-256";
                case ImageVerdict.NoSignature: return "no signature";
                case ImageVerdict.OtherSignatureType: return "not an ECDSA P-256 signature";
                case ImageVerdict.WrongHash: return "the content does not have the SHA-256 that the image states";
                case ImageVerdict.UnknownKey: return "signed by no embedded key";
                case ImageVerdict.WrongSignature: return "the signature does not verify";
                case ImageVerdict.NoSecurityCounter: return "no protected security counter";
                case ImageVerdict.NoBoardType: return "no board type";
                case ImageVerdict.OtherBoardType: return "for another board type";
                case ImageVerdict.OtherPayloadKind: return "no payload kind that this board runs";
                case ImageVerdict.LoaderTooOld: return "needs a newer loader";
                case ImageVerdict.OtherCoreLibrary: return "built for another CoreLibrary line";
                case ImageVerdict.CounterTooLow: return "security counter below the stored one";
                case ImageVerdict.CounterTooHigh: return "security counter too far above the stored one";
                case ImageVerdict.RejectedBefore: return "this image failed its trial on this board";
                case ImageVerdict.MalformedPayload: return "the payload cannot be split into modules";
                case ImageVerdict.OtherContract: return "built for another line of the contract with applications";
                default: return "nothing was decided";
            }
        }
    }
}
