using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.HostileHands;

/// <summary>
/// Who owns the time key, and the broker to be heard, tells whole boards any time: within the trust set, for that power-on; the floor rises by
/// a day. What is not the clock's it does not own.
/// </summary>
[TestClass]
public sealed class OwnsTheTimeKey
{
    private const long Day = 86400;
    private const long Year = 365 * Day;

    /// <summary>The beginning of the board's certificate: the floor without a record.</summary>
    private const long Begin = 1_775_044_800;

    [TestMethod]
    public void TheFloorRisesByADayAndNothingIsLost()
    {
        TestBoard board = TestBoard.Provisioned();
        List<byte[]> recorded = [];
        long floor = Live(board, TestOrders.End - Year, recorded, out _);
        byte[] slots = board.Store.Read("slots");
        byte[] identity = board.Store.Read("identity");
        for (uint start = 1; start <= 5; start++)
        {
            // Past the end of all trust, then as late as the trust set allows; and everything of before again.
            board = Again(board, 2 * start);
            long rejected = Live(board, 4_070_908_800, recorded, out bool believed);
            Assert.IsFalse(believed, "2099 is past the trust set");
            Assert.AreEqual(floor, rejected);
            board = Again(board, (2 * start) + 1);
            long next = Live(board, 2_390_000_000, recorded, out believed);
            Assert.IsTrue(believed, "within it, the key is believed");
            Assert.IsLessThanOrEqualTo(floor + Day + 60, next);
            floor = next;
        }

        // The rightful time comes back, the board with it; an order of the rightful key counts as before.
        board = Again(board, 20);
        Live(board, floor + 60, [], out bool honest);
        Assert.IsTrue(honest);
        CollectionAssert.AreEqual(slots, board.Store.Read("slots"));
        CollectionAssert.AreEqual(identity, board.Store.Read("identity"));
        Assert.IsFalse(Wipe.HasBegun(board.Store));
        Assert.IsFalse(Quarantine.Load(board.Store).IsActive);
        ConnectedBoard life = board.Connected();
        board.Order(TestOrders.ToBoard(OrderVerb.Report, 77, []));
        board.Turn(life, 3);
        Assert.AreEqual("accepted", board.Answered());
    }

    /// <summary>The next power-on, with nonces of its own.</summary>
    private static TestBoard Again(TestBoard board, uint noise) => new(board.Restarted().Files, 100 + noise);

    /// <summary>A power-on in which each question for the time is answered with that time, after everything that was answered before; the floor at its end.</summary>
    private static long Live(TestBoard board, long time, List<byte[]> recorded, out bool isBelieved)
    {
        ConnectedBoard life = board.Start();
        BrokerMessage? answered = null;
        for (int turn = 0; turn < 12; turn++)
        {
            life.Step();
            board.Clock.Advance(20);
            BrokerMessage asked = board.Last(board.Topics.TimeRequest);
            if (asked is not null && asked != answered)
            {
                answered = asked;
                foreach (byte[] old in recorded)
                {
                    board.Link.Deliver(board.Topics.TimeReply, old);
                }

                byte[] reply = TestOrders.Time(asked.Payload, time);
                recorded.Add(reply);
                board.Link.Deliver(board.Topics.TimeReply, reply);
                for (int i = 0; i < recorded.Count + 4; i++)
                {
                    life.Step();
                }
            }
        }

        isBelieved = board.Console.CountLines("time token=accepted") > 0;
        Assert.IsTrue(board.Link.IsConnected, "whatever it is told, the board connects");
        life.End();
        byte[] body = board.Store.Read("time");
        Bytes.CborReader reader = new(body ?? [0xA1, 0x01, 0x00]);
        reader.Map(1);
        reader.Key(1);
        return Math.Max(Begin, reader.Unsigned(long.MaxValue >> 10));
    }
}
