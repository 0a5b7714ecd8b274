using System.Text.RegularExpressions;

namespace DeviceFirmware.Fleet;

/// <summary>What a line of Mosquitto's log says.</summary>
internal enum MosquittoEvent
{
    /// <summary>Nothing the fleet needs.</summary>
    Other = 0,

    /// <summary>A connection was let in: address, user name.</summary>
    Connected,

    /// <summary>A connection ended.</summary>
    Ended,

    /// <summary>The following lines are the filters that this client asks for.</summary>
    Subscribing,

    /// <summary>One of these filters.</summary>
    Filter,

    /// <summary>A filter was granted.</summary>
    Subscribed,

    /// <summary>A publish was denied: topic.</summary>
    Denied,

    /// <summary>The TLS layer refused a client.</summary>
    TlsRefused,

    /// <summary>More waits for a client than may: the newest are thrown away.</summary>
    Dropped,

    /// <summary>Not of the log: the run has ended, and with it every connection.</summary>
    RunEnded,
}

/// <summary>
/// One line of the log of Mosquitto 2.0, read. Mosquitto refuses control characters in topics, so no client can write a line of its own; the
/// lines are for the decision log and for knowing who is there, never for a decision.
/// </summary>
internal sealed partial record MosquittoLine(MosquittoEvent Event, string Client, string Text)
{
    internal static MosquittoLine Parse(string line)
    {
        return Match(Connecting(), line, MosquittoEvent.Connected)
            ?? Match(Subscribe(), line, MosquittoEvent.Subscribing)
            ?? Match(Asked(), line, MosquittoEvent.Filter)
            ?? Match(Granted(), line, MosquittoEvent.Subscribed)
            ?? Match(Refused(), line, MosquittoEvent.Denied)
            ?? Match(Ending(), line, MosquittoEvent.Ended)
            ?? Match(Tls(), line, MosquittoEvent.TlsRefused)
            ?? Match(Dropping(), line, MosquittoEvent.Dropped)
            ?? new MosquittoLine(MosquittoEvent.Other, "", line);
    }

    private static MosquittoLine? Match(Regex form, string line, MosquittoEvent kind)
    {
        Match match = form.Match(line);
        return match.Success ? new MosquittoLine(kind, match.Groups["client"].Value, match.Groups["text"].Value) : null;
    }

    [GeneratedRegex(@"^New client connected from (?<text>\S+):[0-9]+ as (?<client>[^ ]+) \(p[0-9], c[01], k[0-9]+, u'.*'\)\.$")]
    private static partial Regex Connecting();

    [GeneratedRegex(@"^Received SUBSCRIBE from (?<client>[^ ]+)$")]
    private static partial Regex Subscribe();

    [GeneratedRegex(@"^\t(?<text>.*) \(QoS [0-2]\)$")]
    private static partial Regex Asked();

    [GeneratedRegex(@"^(?<client>[a-z0-9-]{1,32}) [0-2] (?<text>.+)$")]
    private static partial Regex Granted();

    [GeneratedRegex(@"^Denied PUBLISH from (?<client>[^ ]+) \(d[01], q[0-2], r[01], m[0-9]+, '(?<text>.*)', \.\.\. \([0-9]+ bytes\)\)$")]
    private static partial Regex Refused();

    [GeneratedRegex(@"^Client (?<client>[^ ]+) (?<text>disconnected.*|closed its connection\.|has exceeded timeout, disconnecting\.|been disconnected.*)$|^Socket error on client (?<client>[^ ]+), (?<text>disconnecting)\.$")]
    private static partial Regex Ending();

    [GeneratedRegex(@"^Outgoing messages are being dropped for client (?<client>[^ ]+)\.$")]
    private static partial Regex Dropping();

    [GeneratedRegex(@"^(OpenSSL Error|Error: OpenSSL)[^:]*: (?<text>.*)$")]
    private static partial Regex Tls();
}
