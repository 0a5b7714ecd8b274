using System.Collections.Concurrent;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Ledger;
using DeviceFirmware.Memory;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using DeviceFirmware.Update;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>The broker and the fleet behind it: orders updates, signs the time, serves parts, answers heartbeats, hears what the board says of itself.</summary>
internal sealed class Fleet(Bench bench, MemoryClock clock, Topics topics) : IBrokerLink
{
    private static readonly ConcurrentDictionary<string, byte[]> _orders = new();
    private static readonly ConcurrentDictionary<(string Request, long Time), byte[]> _times = new();

    /// <summary>Milliseconds a turn: a certificate on trial waits for minutes between tries, in which nothing else happens.</summary>
    private const int BetweenTries = 15000;

    private readonly Queue<BrokerMessage> _toBoard = new();
    private readonly LedgerDesk _ledger = new(bench);
    private readonly OperationalDesk _operational = new(topics);

    private byte[] _certificate = [];

    public bool IsConnected { get; private set; }

    public int Dropped => 0;

    public BrokerConnectResult Connect(TlsParameters tls, string clientId, string willTopic, string willMessage, int keepAliveSeconds)
    {
        Facts.Demand(!bench.IsWiping, "a board connects that is being wiped");
        OperationalDesk.LetIn(tls);
        _certificate = tls.DeviceCertificate;
        IsConnected = bench.HasNetwork && bench.Serves(tls.Host);
        return IsConnected ? BrokerConnectResult.Connected : BrokerConnectResult.NetworkFailed;
    }

    public bool Subscribe(string filter, int timeoutMilliseconds)
    {
        Offer();
        if (!bench.Scenario.OrdersComeLate)
        {
            SendOrders();
        }

        if (bench.Scenario.Enrols && _operational.Greet(_certificate) is { } invitation)
        {
            _toBoard.Enqueue(invitation);
        }

        if (bench.Scenario.Claim is not null)
        {
            _toBoard.Enqueue(new BrokerMessage(topics.ClaimRequest, bench.Scenario.Claim));
        }

        foreach (byte[] settings in bench.Scenario.Settings)
        {
            _toBoard.Enqueue(new BrokerMessage(topics.Settings, settings));
        }

        return IsConnected;
    }

    public BrokerMessage? Receive(int timeoutMilliseconds)
    {
        if (_toBoard.TryDequeue(out BrokerMessage? message))
        {
            bench.IsAsked |= message.Topic == topics.ClaimRequest;
            return message;
        }

        clock.Advance(bench.Scenario.Enrols ? BetweenTries : timeoutMilliseconds);
        return null;
    }

    public bool Publish(string topic, byte[] payload, bool atLeastOnce)
    {
        if (!IsConnected)
        {
            return false;
        }

        if (topic == topics.HeartbeatRequest)
        {
            _toBoard.Enqueue(new BrokerMessage(topics.HeartbeatReply, payload));
            if (bench.Scenario.OrdersComeLate)
            {
                SendOrders();
            }
        }
        else if (topic == topics.CertificateRequest)
        {
            _toBoard.Enqueue(_operational.Take(payload));
        }
        else if (topic == topics.ChunkRequest)
        {
            ChunkRequest request = ChunkRequest.Decode(payload);
            byte[]? image = bench.Scenario.Offers.FirstOrDefault(offered => Sha256.Hash(offered).AsSpan().SequenceEqual(request.FileHash));
            if (image is not null)
            {
                byte[] part = image[request.Offset..(request.Offset + request.Length)];
                _toBoard.Enqueue(new BrokerMessage(topics.ChunkReply, new ChunkReply(request.FileHash, request.Offset, part).Encode()));
            }
        }
        else if (topic == topics.TimeRequest)
        {
            _toBoard.Enqueue(new BrokerMessage(topics.TimeReply, _times.GetOrAdd((Convert.ToHexString(payload), clock.UtcNow()), asked => TestOrders.Time(payload, asked.Item2))));
        }
        else if (topic == topics.LedgerRequest)
        {
            if (_ledger.Take(payload) is { } reply)
            {
                _toBoard.Enqueue(new BrokerMessage(topics.LedgerReply, reply));
            }
        }
        else if (topic == topics.ReceiptRequest)
        {
            WipeReceipt receipt = WipeReceipt.Read(payload, out P256PublicKey key) ?? throw new FaultException("a receipt that is none");
            Facts.Demand(key.IsSameAs(TestKeys.Device.PublicKey), "another board's receipt");
            _toBoard.Enqueue(new BrokerMessage(topics.ReceiptReply, receipt.Order));
        }
        else if (topic == topics.ClaimAnswer)
        {
            CoseSign1? yes = ClaimAnswer.Decode(payload)?.Signed;
            Facts.Demand(yes is not null && yes.Payload.AsSpan().SequenceEqual(bench.Scenario.Claim) && yes.IsSignedBy(TestKeys.Device.PublicKey, ClaimRequest.Context), "a yes that is none");
            bench.IsClaimed = true;
        }
        else if (topic == topics.OrderAnswer)
        {
            HearAnswer(OrderAnswer.Decode(payload));
        }
        else if (topic == topics.Status)
        {
            Hear(TestBoard.Text(payload));
        }

        return true;
    }

    public void Close()
    {
        IsConnected = false;
        _toBoard.Clear();
    }

    private void SendOrders()
    {
        foreach (byte[] order in bench.Scenario.Orders)
        {
            _toBoard.Enqueue(new BrokerMessage(topics.Order, order));
        }
    }

    private void Offer()
    {
        if (bench.Wanted < bench.Scenario.Offers.Length)
        {
            byte[] image = bench.Scenario.Offers[bench.Wanted];
            _toBoard.Enqueue(new BrokerMessage(topics.Order, _orders.GetOrAdd(Convert.ToHexString(Sha256.Hash(image)), _ => Order(image, bench.Wanted + 1))));
        }
    }

    /// <summary>This fleet began anew with the power: an order that the board obeyed before the cut is behind it.</summary>
    private void HearAnswer(OrderAnswer answer)
    {
        bench.LastAnswer = answer.Token;
        if (answer.Token == "replayed")
        {
            bench.Wanted++;
            Offer();
        }
    }

    private static byte[] Order(byte[] image, int sequence)
    {
        return TestOrders.Update(sequence, new WantedImage(Sha256.Hash(image), image.Length, new ImageVersion(image[20], image[21], image[22], 0), "virtual-board"));
    }

    private void Hear(string status)
    {
        if (!bench.Scenario.HasItsOwnEnd && status.Contains($"\"state\":\"running\",\"version\":\"{bench.Scenario.Goal}\"", StringComparison.Ordinal))
        {
            throw new GoalReachedException();
        }

        bool isAccepted = status.Contains("\"verdict\":\"accepted\"", StringComparison.Ordinal);
        bool speaksOfWanted = bench.Wanted < bench.Scenario.Offers.Length
            && status.Contains(Convert.ToHexStringLower(Sha256.Hash(bench.Scenario.Offers[bench.Wanted])), StringComparison.Ordinal);
        bool isReverted = status.Contains("\"event\":\"reverted\"", StringComparison.Ordinal);
        bool isRefused = isReverted ? !status.Contains("\"no-network\"", StringComparison.Ordinal)
            : status.Contains("\"event\":\"offer\"", StringComparison.Ordinal) ? !status.Contains("\"trial-running\"", StringComparison.Ordinal)
            : status.Contains("\"event\":\"update\"", StringComparison.Ordinal) && !isAccepted;
        if (speaksOfWanted && isRefused)
        {
            bench.Wanted++;
        }

        if (isRefused || isReverted || status.Contains("\"event\":\"confirmed\"", StringComparison.Ordinal))
        {
            Offer();
        }
    }
}
