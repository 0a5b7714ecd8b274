namespace DeviceFirmware.Lifecycle
{
    /// <summary>What the application is doing.</summary>
    public enum ApplicationState
    {
        /// <summary>Not asked to run.</summary>
        NotStarted = 0,

        /// <summary>Its modules are being loaded, or it is inside Start.</summary>
        Starting,

        /// <summary>It runs.</summary>
        Running,

        /// <summary>An exception left it. It does not run any more.</summary>
        Crashed,
    }
}
