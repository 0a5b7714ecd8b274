using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;

namespace DeviceFirmware.Slots
{
    /// <summary>The record of one slot. It says what the slot should hold; what it does hold is only known after verification.</summary>
    public sealed class Slot
    {
        private const int MaximumReason = 160;

        internal Slot()
        {
            Clear();
        }

        /// <summary>What the slot holds.</summary>
        public SlotState State { get; private set; }

        /// <summary>SHA-256 of the whole image file: how an offer names it. 32 bytes, zeros when empty.</summary>
        public byte[] FileHash { get; private set; }

        /// <summary>The image's digest (header, payload, protected TLVs). 32 bytes, zeros until verified.</summary>
        public byte[] Digest { get; private set; }

        /// <summary>The image's version; null until verified.</summary>
        public ImageVersion Version { get; private set; }

        /// <summary>The image's security counter.</summary>
        public uint SecurityCounter { get; private set; }

        /// <summary>How often the image on trial was started.</summary>
        public int Trials { get; private set; }

        /// <summary>Why it was rejected: token. Empty otherwise.</summary>
        public string RejectToken { get; private set; }

        /// <summary>Why it was rejected, in words. Empty otherwise.</summary>
        public string RejectReason { get; private set; }

        internal void Clear()
        {
            State = SlotState.Empty;
            FileHash = new byte[Sha256.Size];
            Digest = new byte[Sha256.Size];
            Version = null;
            SecurityCounter = 0;
            Trials = 0;
            RejectToken = "";
            RejectReason = "";
        }

        internal void Receive(byte[] fileHash)
        {
            Clear();
            State = SlotState.Receiving;
            FileHash = fileHash;
        }

        internal void Hold(SlotState state, VerifiedImage image)
        {
            State = state;
            Digest = image.Digest;
            Version = image.Version;
            SecurityCounter = image.SecurityCounter;
            Trials = 0;
        }

        internal void Start()
        {
            State = SlotState.Trial;
            Trials++;
        }

        internal void Confirm()
        {
            State = SlotState.Confirmed;
        }

        internal void Reject(string token, string reason)
        {
            State = SlotState.Rejected;
            RejectToken = token;
            RejectReason = Printable(reason);
        }

        internal void Write(CborWriter writer)
        {
            writer.Map(8)
                .Unsigned(1).Unsigned((int)State)
                .Unsigned(2).Bytes(FileHash)
                .Unsigned(3).Bytes(Digest)
                .Unsigned(4).Text(Version is null ? "" : Version.ToString())
                .Unsigned(5).Unsigned(SecurityCounter)
                .Unsigned(6).Unsigned(Trials)
                .Unsigned(7).Text(RejectToken)
                .Unsigned(8).Text(RejectReason);
        }

        internal void Read(CborReader reader)
        {
            reader.Map(8);
            reader.Key(1);
            State = (SlotState)(int)reader.Unsigned((int)SlotState.Rejected);
            reader.Key(2);
            FileHash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(3);
            Digest = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(4);
            Version = ImageVersion.Parse(reader.Text(0, 32));
            reader.Key(5);
            SecurityCounter = (uint)reader.Unsigned(0xFFFFFFFF);
            reader.Key(6);
            Trials = (int)reader.Unsigned(255);
            reader.Key(7);
            RejectToken = reader.Text(0, 32);
            reader.Key(8);
            RejectReason = reader.Text(0, MaximumReason);
        }

        /// <summary>A slot whose image was verified knows the image's version.</summary>
        internal bool IsConsistent => !(Version is null) || State == SlotState.Empty || State == SlotState.Receiving;

        internal string Describe()
        {
            return StateName() + (Version is null ? "" : "/" + Version.ToString()) + (State == SlotState.Rejected ? "/" + RejectToken : "");
        }

        private string StateName()
        {
            switch (State)
            {
                case SlotState.Empty: return "empty";
                case SlotState.Receiving: return "receiving";
                case SlotState.Staged: return "staged";
                case SlotState.Trial: return "trial";
                case SlotState.Confirmed: return "confirmed";
                default: return "rejected";
            }
        }

        private static string Printable(string reason)
        {
            int length = reason.Length < MaximumReason ? reason.Length : MaximumReason;
            var text = new char[length];
            for (int i = 0; i < length; i++)
            {
                char c = reason[i];
                text[i] = c >= ' ' && c <= '~' ? c : '?';
            }

            return length == 0 ? "" : new string(text);
        }
    }
}
