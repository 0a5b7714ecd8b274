namespace DeviceFirmware.Contract
{
    /// <summary>
    /// Settings of the fleet, by name. A value of another type or out of its bounds is as if it were not there, and has the platform refuse all
    /// of them. Bounds that are no bounds throw.
    /// </summary>
    public interface ISettings
    {
        /// <summary>A whole number from minimum to maximum.</summary>
        int Number(string name, int unset, int minimum, int maximum);

        /// <summary>Printable ASCII of at most so many characters, 64 at most.</summary>
        string Text(string name, string unset, int maximumLength);

        /// <summary>True or false.</summary>
        bool Flag(string name, bool unset);
    }
}
