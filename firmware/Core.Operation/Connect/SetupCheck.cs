using System;
using DeviceFirmware.Crypto;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// The door of the question "may this form change the network?": the label's setup password, compared in fixed time, five tries each
    /// time the button was pressed; then bounds. It answers with a network and nothing else: no broker, no root, no time.
    /// </summary>
    public sealed class SetupCheck
    {
        /// <summary>Wrong setup passwords after which the page stays shut until the button is pressed again.</summary>
        public const int MaximumTries = 5;

        private SetupCheck(SetupVerdict verdict, NetworkCredentials network)
        {
            Verdict = verdict;
            Network = network;
        }

        /// <summary>The verdict.</summary>
        public SetupVerdict Verdict { get; }

        /// <summary>The network; null unless the verdict is Accepted.</summary>
        public NetworkCredentials Network { get; }

        /// <summary>The verdict's token.</summary>
        public string Token
        {
            get
            {
                switch (Verdict)
                {
                    case SetupVerdict.Accepted: return "accepted";
                    case SetupVerdict.Malformed: return "malformed";
                    case SetupVerdict.WrongPassword: return "wrong-password";
                    case SetupVerdict.TooManyAttempts: return "too-many-attempts";
                    case SetupVerdict.BadName: return "bad-name";
                    case SetupVerdict.BadPassword: return "bad-password";
                    default: return "not-evaluated";
                }
            }
        }

        /// <summary>Decides. The setup password is the label's, without hyphens, in upper case; wrong tries so far are counted by the caller.</summary>
        public static SetupCheck Decide(SetupForm form, byte[] setupPassword, int wrongTries)
        {
            if (setupPassword is null || setupPassword.Length == 0)
            {
                throw new ArgumentNullException(nameof(setupPassword));
            }

            if (wrongTries >= MaximumTries)
            {
                return new SetupCheck(SetupVerdict.TooManyAttempts, null);
            }

            if (form is null)
            {
                return new SetupCheck(SetupVerdict.Malformed, null);
            }

            byte[] typed = Canonical(form.Setup);
            bool right = FixedTime.AreEqual(typed, setupPassword);
            FixedTime.Clear(typed);
            if (!right)
            {
                return new SetupCheck(SetupVerdict.WrongPassword, null);
            }

            if (!NetworkCredentials.IsName(form.Name))
            {
                return new SetupCheck(SetupVerdict.BadName, null);
            }

            if (!NetworkCredentials.IsPassword(form.Password))
            {
                return new SetupCheck(SetupVerdict.BadPassword, null);
            }

            return new SetupCheck(SetupVerdict.Accepted, new NetworkCredentials(form.Name, form.Password));
        }

        /// <summary>As people type Crockford base32: any case, hyphens and spaces anywhere, O for 0, I and L for 1.</summary>
        private static byte[] Canonical(byte[] typed)
        {
            var kept = new byte[typed.Length];
            int length = 0;
            for (int i = 0; i < typed.Length; i++)
            {
                int c = typed[i] >= 'a' && typed[i] <= 'z' ? typed[i] - 32 : typed[i];
                if (c != '-' && c != ' ')
                {
                    kept[length++] = (byte)(c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c);
                }
            }

            var canonical = new byte[length];
            Array.Copy(kept, 0, canonical, 0, length);
            FixedTime.Clear(kept);
            return canonical;
        }
    }
}
