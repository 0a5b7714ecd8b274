using DeviceFirmware.Connect;
using DeviceFirmware.Contract;

namespace DeviceFirmware.Loader
{
    /// <summary>Settings as an application asks for them.</summary>
    internal sealed class ApplicationSettings : ISettings
    {
        private readonly SettingsReading _reading;

        private ApplicationSettings(SettingsDocument settings)
        {
            _reading = new SettingsReading(settings);
        }

        /// <summary>Gives them to an application. Empty when it took them; else why not.</summary>
        internal static string Offer(IApplication application, SettingsDocument settings)
        {
            var offered = new ApplicationSettings(settings);
            string reason = application.Configure(offered);
            return !(reason is null) ? (reason.Length == 0 ? "no reason given" : SettingsAnswer.Printable(reason)) : offered._reading.Problem;
        }

        /// <inheritdoc/>
        public int Number(string name, int unset, int minimum, int maximum)
        {
            return _reading.Number(name, unset, minimum, maximum);
        }

        /// <inheritdoc/>
        public string Text(string name, string unset, int maximumLength)
        {
            return _reading.Text(name, unset, maximumLength);
        }

        /// <inheritdoc/>
        public bool Flag(string name, bool unset)
        {
            return _reading.Flag(name, unset);
        }
    }
}
