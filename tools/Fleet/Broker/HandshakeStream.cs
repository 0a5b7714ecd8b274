using System.Net.Sockets;

namespace DeviceFirmware.Fleet;

/// <summary>
/// A connection during its handshake: it holds one of the places of those that compute, but none while it waits for the other side. So as many
/// compute as the machine can, and clients that keep silent keep nobody out. Afterwards a plain stream.
/// </summary>
internal sealed class HandshakeStream(Socket socket, SemaphoreSlim places) : NetworkStream(socket, ownsSocket: false)
{
    private bool _holds;
    private bool _isOver;

    /// <summary>The handshake is over, well or not.</summary>
    public void End()
    {
        _isOver = true;
        Leave();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        return _isOver ? base.ReadAsync(buffer, cancellationToken) : ReadInPlaceAsync(buffer, cancellationToken);
    }

    private async ValueTask<int> ReadInPlaceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Socket.Available == 0)
        {
            Leave();
        }

        int count = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (!_holds)
        {
            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            _holds = true;
        }

        return count;
    }

    private void Leave()
    {
        if (_holds)
        {
            _holds = false;
            places.Release();
        }
    }
}
