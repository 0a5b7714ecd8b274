namespace DeviceFirmware.Contract
{
    /// <summary>What the platform offers an application. One signed application owns the board: this is convenience, not isolation.</summary>
    public interface IPlatform
    {
        /// <summary>The board's id, as in its certificate.</summary>
        string DeviceId { get; }

        /// <summary>Milliseconds between two messages, as the factory has set it.</summary>
        int TelemetryPeriod { get; }

        /// <summary>Seconds since 1970-01-01 UTC, as far as the board knows.</summary>
        long UtcNow();

        /// <summary>Milliseconds since power-on.</summary>
        long Uptime();

        /// <summary>
        /// Publishes members of the telemetry object, without braces, for example <c>"tempC":21.5,"door":"open"</c>; the platform adds deviceId,
        /// boot, seq and ts. At most 512 characters and 16 members: a name of 1 to 24 letters and digits that begins with a letter, a JSON
        /// number, a string of printable ASCII, true, false or null. On average one message a second, 8 in a row. False when it was not taken;
        /// losses are counted in the board's health.
        /// </summary>
        bool Publish(string members);

        /// <summary>
        /// Counts the pulses of a GPIO in hardware, from now on. Null when the chip cannot, has no counter left, or the GPIO is the platform's:
        /// flash, PSRAM, button and provisioning line.
        /// </summary>
        IPulses CountPulses(int pin, bool onRisingEdge);

        /// <summary>One line to the console. Never a secret.</summary>
        void Log(string line);
    }
}
