namespace DeviceFirmware.Image
{
    /// <summary>Why an image may run, or why not. Everything but <see cref="Accepted"/> refuses, the zero value included.</summary>
    public enum ImageVerdict
    {
        /// <summary>Nothing was decided.</summary>
        NotEvaluated = 0,

        /// <summary>The image may run.</summary>
        Accepted,

        /// <summary>There is no image, or the storage gave back fewer bytes than it has.</summary>
        Missing,

        /// <summary>This firmware was built without OTA keys.</summary>
        NoKeys,

        /// <summary>Not an MCUboot image, or one with a header that this project does not take.</summary>
        NotAnImage,

        /// <summary>Larger than the slot.</summary>
        TooLarge,

        /// <summary>Shorter than its TLV area says.</summary>
        Truncated,

        /// <summary>Bytes after the TLV area.</summary>
        TrailingBytes,

        /// <summary>A TLV area is malformed.</summary>
        MalformedTlv,

        /// <summary>A TLV that this project does not know, or not in that area.</summary>
        UnknownTlv,

        /// <summary>A TLV that is there twice.</summary>
        DuplicateTlv,

        /// <summary>No SHA-256 TLV, or one of another length.</summary>
        NoHash,

        /// <summary>No signature.</summary>
        NoSignature,

        /// <summary>A signature, but not ECDSA P-256.</summary>
        OtherSignatureType,

        /// <summary>The SHA-256 in the image is not that of its content.</summary>
        WrongHash,

        /// <summary>Signed by a key that is not embedded in this firmware.</summary>
        UnknownKey,

        /// <summary>The signature does not verify under the embedded key it names.</summary>
        WrongSignature,

        /// <summary>No protected security counter.</summary>
        NoSecurityCounter,

        /// <summary>No protected board type.</summary>
        NoBoardType,

        /// <summary>For another board type.</summary>
        OtherBoardType,

        /// <summary>No payload kind, or one that this board does not run.</summary>
        OtherPayloadKind,

        /// <summary>Needs a newer loader.</summary>
        LoaderTooOld,

        /// <summary>Built for another CoreLibrary line.</summary>
        OtherCoreLibrary,

        /// <summary>The security counter is below the stored one.</summary>
        CounterTooLow,

        /// <summary>The security counter is further above the stored one than an update may raise it.</summary>
        CounterTooHigh,

        /// <summary>This image failed its trial on this board.</summary>
        RejectedBefore,

        /// <summary>The payload cannot be split into modules.</summary>
        MalformedPayload,

        /// <summary>Built for another line of the contract between platform and application.</summary>
        OtherContract,
    }
}
