using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// The application's settings: those in force, and what became of the version that was judged last. Sealed record <c>settings</c>: {0: 1,
    /// the format; 1: version judged last; 2: token; 3: reason; 4: the document in force, empty for none}.
    /// </summary>
    public sealed class SettingsRecord
    {
        /// <summary>The record's name.</summary>
        public const string RecordName = "settings";

        /// <summary>How far above the last version one may be: else a single message would leave no version for any later one.</summary>
        public const int MaximumStep = 65536;

        private const int Format = 1;

        private readonly SealedRecord _record;

        private SettingsRecord(SealedRecord record)
        {
            _record = record;
            InForce = new SettingsDocument(0);
            Last = new SettingsAnswer(0, SettingsAnswer.Accepted, "", 0);
        }

        /// <summary>The settings in force; version 0 and none when there are none.</summary>
        public SettingsDocument InForce { get; private set; }

        /// <summary>What became of the version that was judged last.</summary>
        public SettingsAnswer Last { get; private set; }

        /// <summary>The stored record; nothing in force when there is none, or none that this board has sealed.</summary>
        public static SettingsRecord Load(RecordStore store, ISealer sealer, IEntropy entropy)
        {
            var sealing = new SealedRecord(store, sealer, entropy, RecordName);
            var record = new SettingsRecord(sealing);
            byte[] body = sealing.Read(out SealVerdict verdict);
            return verdict != SealVerdict.Opened || record.Decode(body) ? record : new SettingsRecord(sealing);
        }

        /// <summary>
        /// Null when that version may be tried: it is above the last, and not far above. Else the answer; the last version's is that of then.
        /// </summary>
        public SettingsAnswer Against(long version)
        {
            if (version == Last.Version && version > 0)
            {
                return Last;
            }

            return version <= Last.Version ? new SettingsAnswer(version, SettingsAnswer.NotNewer, "the last was " + Last.Version.ToString(), InForce.Version)
                : version - Last.Version > MaximumStep ? new SettingsAnswer(version, SettingsAnswer.TooHigh, "the last was " + Last.Version.ToString(), InForce.Version)
                : null;
        }

        /// <summary>
        /// That version is about to be tried: stored first, as settings that ended the application, so that an application that ends on them meets
        /// them once. False when the board has no seal key.
        /// </summary>
        public bool Try(SettingsDocument settings)
        {
            return Save(InForce, new SettingsAnswer(settings.Version, SettingsAnswer.Ended, "the application ended on them", InForce.Version));
        }

        /// <summary>The application has taken them: they are in force when this returns.</summary>
        public bool Accept(SettingsDocument settings)
        {
            return Save(settings, new SettingsAnswer(settings.Version, SettingsAnswer.Accepted, "", settings.Version));
        }

        /// <summary>The application has not taken them: those before stay in force.</summary>
        public bool Refuse(SettingsDocument settings, string reason)
        {
            return Save(InForce, new SettingsAnswer(settings.Version, SettingsAnswer.Refused, reason, InForce.Version));
        }

        private bool Save(SettingsDocument inForce, SettingsAnswer last)
        {
            bool isSaved = _record.Write(new CborWriter().Map(5)
                .Unsigned(0).Unsigned(Format)
                .Unsigned(1).Unsigned(last.Version)
                .Unsigned(2).Text(last.Token)
                .Unsigned(3).Text(last.Reason)
                .Unsigned(4).Bytes(inForce.Version == 0 ? new byte[0] : inForce.Encode())
                .ToArray());
            if (isSaved)
            {
                InForce = inForce;
                Last = last;
            }

            return isSaved;
        }

        private bool Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(5);
            reader.Key(0);
            reader.Key(Format);
            reader.Key(1);
            long version = reader.Unsigned(SettingsDocument.MaximumVersion);
            reader.Key(2);
            string token = reader.Text(1, 32);
            reader.Key(3);
            string reason = reader.Text(0, 96);
            reader.Key(4);
            byte[] document = reader.Bytes(0, SettingsDocument.MaximumSize);
            if (!reader.IsComplete)
            {
                return false;
            }

            SettingsDocument inForce = document.Length == 0 ? InForce : SettingsDocument.Decode(document);
            if (inForce is null)
            {
                return false;
            }

            InForce = inForce;
            Last = new SettingsAnswer(version, token, reason, inForce.Version);
            return true;
        }
    }
}
