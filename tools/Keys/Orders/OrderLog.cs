using System.Text;
using DeviceFirmware.Commands;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Keys;

/// <summary>
/// The orders that a command key has signed, kept beside it: a chain (kind <c>order</c>, the body is the signed order), one entry a line in
/// lower-case hex. Numbers only rise, also when the log was lost: they are at least the second of the signer's clock. The entry is on the
/// disk before the order is given out.
/// </summary>
internal sealed class OrderLog : IDisposable
{
    private const int MaximumLength = 16 * 1024 * 1024;

    private readonly FileStream _file;
    private ChainPosition _last;
    private long _end;
    private long _sequence;

    // The last trust set of each board.
    private readonly Dictionary<string, Order> _sets = [];

    private OrderLog(FileStream file, string chain)
    {
        _file = file;
        _last = ChainPosition.Start(chain);
    }

    /// <summary>Opens the log of a key, made when there is none, for this process alone; a damaged one is refused.</summary>
    internal static OrderLog Open(string path, byte[] keyHash)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw ToolFailure.Refused("log-in-use", $"{path} cannot be held: {problem.Message}");
        }

        OrderLog log = new(file, "orders/" + Convert.ToHexStringLower(keyHash));
        try
        {
            log.Read(path, "orders/" + Convert.ToHexStringLower(keyHash));
            return log;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The number that the next order takes.</summary>
    internal long Next(DateTimeOffset now) => Math.Max(_sequence + 1, now.ToUnixTimeSeconds());

    /// <summary>
    /// Ends the tool when the board was told a trust set of a higher number with this key, or another one of the same number: it would not take
    /// this one. The same set again is none of both.
    /// </summary>
    internal void RequireNewer(Order order)
    {
        TrustSet? set = order.Verb == OrderVerb.Trust ? TrustSet.Decode(order.Arguments) : null;
        if (set is not null && _sets.TryGetValue(Convert.ToHexString(order.KeyHash), out Order? last) && TrustSet.Decode(last.Arguments) is TrustSet told
            && (told.Sequence > set.Sequence || (told.Sequence == set.Sequence && !last.Arguments.AsSpan().SequenceEqual(order.Arguments))))
        {
            throw ToolFailure.Refused("not-newer", $"the board was told set {told.Sequence}; this one is {set.Sequence}: keys trust make --sequence {told.Sequence + 1}, or more");
        }
    }

    /// <summary>Appends a signed order, through to the disk.</summary>
    internal void Append(byte[] message, long sequence, DateTimeOffset now)
    {
        ChainEntry entry = ChainEntry.After(_last, now.ToUnixTimeSeconds(), "order", message);
        byte[] line = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(entry.Encoded) + "\n");

        // A line that a cut left unfinished had no order.
        _file.SetLength(_end);
        _file.Position = _end;
        _file.Write(line);
        _file.Flush(flushToDisk: true);
        _end += line.Length;
        _last = entry.Position;
        _sequence = sequence;
    }

    public void Dispose() => _file.Dispose();

    private void Read(string path, string chain)
    {
        if (_file.Length > MaximumLength)
        {
            throw ToolFailure.Refused("log-damaged", $"{path} has more than {MaximumLength} bytes");
        }

        byte[] content = new byte[_file.Length];
        _file.ReadExactly(content);
        ChainVerifier verifier = new(chain, _last, Order.MaximumSize);
        int number = 0;
        for (int next = Array.IndexOf(content, (byte)'\n'); next >= 0; next = Array.IndexOf(content, (byte)'\n', (int)_end))
        {
            number++;
            byte[] encoded = Hex(content.AsSpan((int)_end, next - (int)_end));
            Order? order = verifier.Take(encoded) is ChainEntry entry ? Order.Peek(entry.Body) : null;
            if (order is null || order.Sequence <= _sequence)
            {
                throw ToolFailure.Refused("log-damaged", $"{path}, line {number}: not what this key's log has there; nothing is signed");
            }

            _sequence = order.Sequence;
            _end = next + 1;
            if (order.Verb == OrderVerb.Trust)
            {
                _sets[Convert.ToHexString(order.KeyHash)] = order;
            }
        }

        _last = verifier.Position;
    }

    private static byte[] Hex(ReadOnlySpan<byte> line)
    {
        try
        {
            return Convert.FromHexString(Encoding.ASCII.GetString(line));
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
