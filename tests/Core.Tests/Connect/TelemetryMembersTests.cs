using DeviceFirmware.Connect;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Connect
{
    /// <summary>What an application may publish.</summary>
    [TestClass]
    public class TelemetryMembersTests
    {
        [TestMethod]
        public void MembersThatAreJson()
        {
            Take("\"tempC\":21.5");
            Take("\"a\":0");
            Take("\"a\":-0.5e+10,\"b\":1E9,\"c\":120e-3");
            Take("\"a\":true,\"b\":false,\"c\":null,\"d\":\"\"");
            Take("\"door\":\"open, \\\"wide\\\" {[:]} \\\\\"");
            Take("\"abcdefghijklmnopqrstuvwx\":1");
        }

        [TestMethod]
        public void MembersThatAreNot()
        {
            Refuse(null);
            Refuse("");
            Refuse("tempC:1");
            Refuse("\"tempC\"");
            Refuse("\"tempC\":");
            Refuse("\"tempC\":1,");
            Refuse(",\"tempC\":1");
            Refuse("\"tempC\" :1");
            Refuse("\"tempC\":1}");
            Refuse("\"tempC\":1} {\"a\":2");
            Refuse("\"a\":01");
            Refuse("\"a\":.5");
            Refuse("\"a\":5.");
            Refuse("\"a\":1.e5");
            Refuse("\"a\":1e");
            Refuse("\"a\":1e+");
            Refuse("\"a\":-");
            Refuse("\"a\":+1");
            Refuse("\"a\":NaN");
            Refuse("\"a\":tru");
            Refuse("\"a\":trues");
            Refuse("\"a\":{}");
            Refuse("\"a\":[1]");
            Refuse("\"a\":\"open");
            Refuse("\"a\":\"\\");
            Refuse("\"a\":\"\\n\"");
            Refuse("\"a\":\"\n\"");
            Refuse("\"a\":\"\u00e9\"");
            Refuse("\"1a\":1");
            Refuse("\"\":1");
            Refuse("\"a-b\":1");
            Refuse("\"abcdefghijklmnopqrstuvwxy\":1");
        }

        [TestMethod]
        public void ThePlatformsNamesAreItsOwn()
        {
            Refuse("\"deviceId\":\"other\"");
            Refuse("\"a\":1,\"ts\":\"2026-01-01T00:00:00Z\"");
            Refuse("\"boot\":1");
            Refuse("\"seq\":1");
            Refuse("\"a\":1,\"b\":2,\"a\":3");
            Take("\"deviceID\":1,\"tS\":2");
        }

        [TestMethod]
        public void TheyAreBounded()
        {
            string members = "\"a\":0";
            for (int i = 1; i < TelemetryMembers.MaximumCount; i++)
            {
                members += ",\"a" + i.ToString() + "\":" + i.ToString();
            }

            Take(members);
            Refuse(members + ",\"b\":1");
            string text = "\"a\":\"";
            while (text.Length < TelemetryMembers.MaximumLength - 1)
            {
                text += "x";
            }

            Take(text + "\"");
            Refuse(text + "x\"");
        }

        [TestMethod]
        public void EightInARowThenOneASecond()
        {
            var gate = new PublishGate();
            Assert.AreEqual(8, Passed(gate, 100, 20));
            Assert.AreEqual(12, gate.Refused);
            Assert.AreEqual(0, Passed(gate, 1000, 1));
            Assert.AreEqual(1, Passed(gate, 1100, 5));
            Assert.AreEqual(0, Passed(gate, 2099, 5));
            Assert.AreEqual(1, Passed(gate, 2100, 5));
            Assert.AreEqual(8, Passed(gate, 100000000, 20), "no more than eight are saved up");
            Assert.IsFalse(gate.Passes("\"a\":", 200000000));
            Assert.AreEqual(8, Passed(gate, 200000000, 20), "what is not valid costs nothing");
        }

        private static int Passed(PublishGate gate, long now, int tries)
        {
            int passed = 0;
            for (int i = 0; i < tries; i++)
            {
                passed += gate.Passes("\"a\":1", now) ? 1 : 0;
            }

            return passed;
        }

        private static void Take(string members)
        {
            Assert.IsTrue(TelemetryMembers.AreValid(members), members);
        }

        private static void Refuse(string members)
        {
            Assert.IsFalse(TelemetryMembers.AreValid(members), members);
        }
    }
}
