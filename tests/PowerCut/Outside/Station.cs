using System.Collections.Concurrent;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Memory;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>The serial line with what is at its other end: a station that provisions, or brings a recovery image; or nobody.</summary>
internal sealed class Station(Bench bench, MemoryClock clock) : ISerialLine
{
    private const int PartLength = 256;

    private static readonly ConcurrentDictionary<string, byte[]> _certificates = new();

    private readonly SerialFrameReader _reader = new();
    private readonly Queue<byte> _toBoard = new();
    private bool _hasGreeted;
    private bool _isUnprovisioned;
    private bool _hasIdentity;
    private int _position = -1;
    private int _waits;

    public int Read(byte[] buffer, int timeoutMilliseconds)
    {
        bench.CountTurn();
        if (!_hasGreeted && _waits-- <= 0 && (bench.Scenario.StationImage is not null || bench.Scenario.Goal.Length == 0))
        {
            _hasGreeted = true;
            Send(MessageType.Hello, new HelloMessage([.. new byte[7], (byte)(bench.Cable.WasCut ? 2 : 1)]).Encode());
        }

        int count = 0;
        while (count < buffer.Length && _toBoard.TryDequeue(out byte value))
        {
            if (bench.Cable.CutsToBoard())
            {
                PullOut();
                break;
            }

            buffer[count++] = value;
        }

        if (count == 0)
        {
            // Nothing else happens meanwhile: let it be later.
            clock.Advance(500);
        }

        return count;
    }

    public void Write(byte[] buffer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (bench.Cable.CutsToStation())
            {
                PullOut();
                return;
            }

            _reader.Take(buffer[i]);
            if (_reader.Frame is { } frame)
            {
                Hear(frame);
            }
        }
    }

    /// <summary>A board that lives on the cable is off; another one meets the next station, some silence later.</summary>
    private void PullOut()
    {
        if (!bench.Cable.KeepsPower)
        {
            throw new PowerCutException();
        }

        _toBoard.Clear();
        _reader.Forget();
        _hasGreeted = false;
        _isUnprovisioned = false;
        _hasIdentity = false;
        _position = -1;
        _waits = 6;
    }

    private void Hear(SerialFrame frame)
    {
        switch (frame.Type)
        {
            case MessageType.Board:
                BoardState state = BoardMessage.Decode(frame.Body).State;
                _isUnprovisioned = state == BoardState.Unprovisioned;
                if (bench.Scenario.Goal.Length == 0 && _isUnprovisioned)
                {
                    throw new GoalReachedException();
                }

                if (_isUnprovisioned)
                {
                    Send(MessageType.Assign, new AssignMessage(TestPki.DeviceId).Encode());
                }
                else if (state == BoardState.Recovery)
                {
                    BringImage();
                }

                break;
            case MessageType.Csr:
                byte[] csr = DeviceFirmware.Bytes.Pem.Decode(CertificateRequest.PemLabel, CsrMessage.Decode(frame.Body).Pem);
                Send(MessageType.Identity, new IdentityMessage(Issue(CertificateRequest.Decode(csr).PublicKey), TestPki.Issuing, "broker.lab", 8883, 5, "factory", Remembered.WifiPassword).Encode());
                break;
            case MessageType.Ack when _isUnprovisioned && !_hasIdentity:
                _hasIdentity = true;
                Send(MessageType.TakeSecrets, []);
                break;
            case MessageType.Secrets:
                SecretsMessage secrets = SecretsMessage.Decode(frame.Body);
                bench.Kept = new Kept([.. secrets.Claim], [.. secrets.Password]);
                Send(MessageType.SecretsKept, new SecretsKeptMessage(BoardSecrets.HashOf(secrets.Claim, secrets.Password)).Encode());
                break;
            case MessageType.Ack:
                BringImage();
                break;
            default:
                throw new FaultException("the board refuses its station: " + RefusedMessage.Decode(frame.Body)?.Token);
        }
    }

    private void BringImage()
    {
        byte[] image = bench.Scenario.StationImage!;
        if (_position < 0)
        {
            _position = 0;
            Send(MessageType.ImageBegin, new ImageBeginMessage(image.Length, Sha256.Hash(image)).Encode());
        }
        else if (_position < image.Length)
        {
            byte[] part = image[_position..Math.Min(image.Length, _position + PartLength)];
            Send(MessageType.ImageChunk, new ImageChunkMessage(_position, part).Encode());
            _position += part.Length;
        }
        else if (_position == image.Length)
        {
            _position++;
            Send(MessageType.ImageEnd, []);
        }
        else if (_position == image.Length + 1)
        {
            _position++;
            Send(MessageType.Finish, []);
        }
    }

    private static byte[] Issue(P256PublicKey key)
    {
        return _certificates.GetOrAdd(Convert.ToHexString(key.Encode()), _ =>
        {
            CertificateBuilder builder = TestPki.DeviceBuilder();
            builder.KeyInfo = key.EncodeSubjectPublicKeyInfo();
            return builder.Build(TestKeys.Issuing);
        });
    }

    private void Send(byte type, byte[] body)
    {
        foreach (byte value in new SerialFrame(type, body).Encode())
        {
            _toBoard.Enqueue(value);
        }
    }
}
