namespace DeviceFirmware.Factory;

/// <summary>How long the station waits.</summary>
/// <param name="Answer">For the answer to one message, each time it is sent.</param>
/// <param name="Greeting">For a board to answer its greeting, restarts included.</param>
/// <param name="GreetingInterval">Between greetings.</param>
public sealed record StationTimes(TimeSpan Answer, TimeSpan Greeting, TimeSpan GreetingInterval)
{
    /// <summary>How often a message is sent before the station gives up.</summary>
    public const int Tries = 3;
}
