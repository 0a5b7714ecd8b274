using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Provisioning
{
    /// <summary>A Wi-Fi network and what it takes to join it. Says nothing about who the broker is.</summary>
    public sealed class NetworkCredentials
    {
        /// <summary>The longest SSID, bytes (IEEE 802.11-2020, 9.4.2.2).</summary>
        public const int MaximumName = 32;

        /// <summary>The shortest passphrase, characters (IEEE 802.11-2020, J.4.1).</summary>
        public const int MinimumPassword = 8;

        /// <summary>The longest passphrase, characters.</summary>
        public const int MaximumPassword = 63;

        /// <summary>Credentials; both texts as they were checked or given by the station.</summary>
        public NetworkCredentials(string name, string password)
        {
            Name = name ?? throw new ArgumentNullException(nameof(name));
            Password = password ?? throw new ArgumentNullException(nameof(password));
        }

        /// <summary>SSID; empty where the board needs no network of its own.</summary>
        public string Name { get; }

        /// <summary>Passphrase; empty for an open network. The platform's call takes a string, so it cannot be cleared. Never logged.</summary>
        public string Password { get; }

        /// <summary>An SSID that the board takes from its owner: 1 to 32 printable ASCII characters.</summary>
        public static bool IsName(string name)
        {
            return !(name is null) && name.Length > 0 && name.Length <= MaximumName && Ascii.IsPrintable(name);
        }

        /// <summary>A passphrase that the board takes from its owner: none, or 8 to 63 printable ASCII characters.</summary>
        public static bool IsPassword(string password)
        {
            return !(password is null) && (password.Length == 0 || (password.Length >= MinimumPassword && password.Length <= MaximumPassword)) && Ascii.IsPrintable(password);
        }
    }
}
