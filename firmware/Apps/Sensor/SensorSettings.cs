using DeviceFirmware.Contract;

namespace DeviceFirmware.App
{
    /// <summary>What the fleet can set, with its bounds.</summary>
    internal sealed class SensorSettings
    {
        private const int NoPin = -1;
        private const int LastPin = 48;
        private const int LongestDebounce = 1000;
        private const int LongestPeriod = 3600;
        private const int HighestThreshold = 1000000;
        private const int LongestMember = 16;

        internal SensorSettings(ISettings settings, int telemetryPeriod)
        {
            Pin = settings.Number("pin", NoPin, 0, LastPin);
            OnRisingEdge = settings.Flag("rising", false);
            Debounce = settings.Number("debounce", 0, 0, LongestDebounce);
            int seconds = settings.Number("period", 0, 1, LongestPeriod);
            Period = seconds == 0 ? telemetryPeriod : seconds * 1000;
            Threshold = settings.Number("threshold", 0, 0, HighestThreshold);
            Member = settings.Text("member", "pulses", LongestMember);
        }

        /// <summary>GPIO; -1 counts nothing.</summary>
        internal int Pin { get; }

        /// <summary>Which edge is a pulse.</summary>
        internal bool OnRisingEdge { get; }

        /// <summary>Milliseconds: pulses within one such time are one, for contacts that bounce; 0 counts each.</summary>
        internal int Debounce { get; }

        /// <summary>Milliseconds between two messages.</summary>
        internal int Period { get; }

        /// <summary>Pulses in a period from which on they are high; 0 for never.</summary>
        internal int Threshold { get; }

        /// <summary>Name of the count in the messages, 1 to 16 lower-case letters.</summary>
        internal string Member { get; }

        /// <summary>Why these cannot be together, or null.</summary>
        internal string Problem()
        {
            if (Debounce > Period)
            {
                return "debounce: is longer than the period";
            }

            for (int i = 0; i < Member.Length; i++)
            {
                if (Member[i] < 'a' || Member[i] > 'z')
                {
                    return "member: has to be lower-case letters";
                }
            }

            return Member.Length == 0 || Member == "total" || Member == "high" || Member == "boot" || Member == "seq" || Member == "ts"
                ? "member: has to be another name" : null;
        }
    }
}
