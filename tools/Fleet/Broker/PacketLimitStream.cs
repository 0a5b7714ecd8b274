namespace DeviceFirmware.Fleet;

/// <summary>
/// Follows the MQTT packets that a client sends and breaks the connection at the first one that announces more than the limit, before a
/// buffer of that size is made for it. MQTTnet has no such limit of its own: a fixed header may announce 256 MB.
/// </summary>
internal sealed class PacketLimitStream(Stream inner, int maximumPacket) : Stream
{
    private int _headerBytes;
    private long _remaining;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Follow(buffer.Span[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = inner.Read(buffer, offset, count);
        Follow(buffer.AsSpan(offset, read));
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        return inner.WriteAsync(buffer, offset, count, cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        inner.Write(buffer, offset, count);
    }

    public override void Flush()
    {
        inner.Flush();
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        return inner.FlushAsync(cancellationToken);
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        throw new NotSupportedException();
    }

    public override void SetLength(long value)
    {
        throw new NotSupportedException();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // MQTT 3.1.1 section 2.2: a type byte, then the remaining length in up to four bytes of seven bits, the lowest first.
    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_headerBytes == 0)
            {
                _remaining = 0;
                _headerBytes = 1;
                bytes = bytes[1..];
            }
            else if (_headerBytes > 0)
            {
                byte part = bytes[0];
                bytes = bytes[1..];
                _remaining |= (long)(part & 0x7F) << (7 * (_headerBytes - 1));
                if (_remaining > maximumPacket || (_headerBytes == 4 && (part & 0x80) != 0))
                {
                    throw new IOException($"a packet of more than {maximumPacket} bytes was announced");
                }

                _headerBytes = (part & 0x80) != 0 ? _headerBytes + 1 : _remaining == 0 ? 0 : -1;
            }
            else
            {
                int taken = (int)Math.Min(_remaining, bytes.Length);
                _remaining -= taken;
                bytes = bytes[taken..];
                _headerBytes = _remaining == 0 ? 0 : -1;
            }
        }
    }
}
