namespace DeviceFirmware.Connect
{
    /// <summary>What became of what the owner sent from the setup page.</summary>
    public enum SetupVerdict
    {
        /// <summary>Nothing was decided; refuses.</summary>
        NotEvaluated = 0,

        /// <summary>The network is taken.</summary>
        Accepted,

        /// <summary>No form with exactly the fields setup, ssid and password.</summary>
        Malformed,

        /// <summary>Not the setup password of this board's label.</summary>
        WrongPassword,

        /// <summary>Too many wrong setup passwords since the button was pressed.</summary>
        TooManyAttempts,

        /// <summary>No SSID of 1 to 32 printable ASCII characters.</summary>
        BadName,

        /// <summary>No passphrase of 8 to 63 printable ASCII characters, and not none.</summary>
        BadPassword,
    }
}
