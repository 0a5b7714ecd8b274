using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Connect
{
    /// <summary>Settings on the wire, and as an application asks for them.</summary>
    [TestClass]
    public class SettingsTests
    {
        [TestMethod]
        public void TheyComeOutAsTheyWentIn()
        {
            var document = new SettingsDocument(7);
            Assert.IsTrue(document.Add(SettingValue.OfText("member", "rain")));
            Assert.IsTrue(document.Add(SettingValue.OfNumber("pin", 4)));
            Assert.IsTrue(document.Add(SettingValue.OfFlag("rising", true)));
            Assert.IsTrue(document.Add(SettingValue.OfNumber("low", int.MinValue)));
            Assert.IsTrue(document.Add(SettingValue.OfNumber("high", int.MaxValue)));
            Assert.IsFalse(document.Add(SettingValue.OfNumber("pin", 5)), "twice");
            Assert.AreEqual("a30001010702858364686967680"
                + "11a7fffffff83636c6f77021a7fffffff83666d656d626572036472" + "61696e836370696e010483667269" + "73696e670001", Hex.Encode(document.Encode()));
            SettingsDocument read = SettingsDocument.Decode(document.Encode());
            Assert.AreEqual(7L, read.Version);
            Assert.AreEqual(5, read.Count);
            var reading = new SettingsReading(read);
            Assert.AreEqual("rain", reading.Text("member", "pulses", 16));
            Assert.AreEqual(4, reading.Number("pin", -1, 0, 48));
            Assert.IsTrue(reading.Flag("rising", false));
            Assert.AreEqual(int.MinValue, reading.Number("low", 0, int.MinValue, 0));
            Assert.AreEqual(int.MaxValue, reading.Number("high", 0, 0, int.MaxValue));
            Assert.AreEqual("", reading.Problem);
            CollectionAssert.AreEqual(document.Encode(), read.Encode());
        }

        [TestMethod]
        public void WhatIsNotSetHasItsOwnValue()
        {
            var reading = new SettingsReading(new SettingsDocument(0));
            Assert.AreEqual(-1, reading.Number("pin", -1, 0, 48));
            Assert.AreEqual("pulses", reading.Text("member", "pulses", 16));
            Assert.IsTrue(reading.Flag("rising", true));
            Assert.AreEqual("", reading.Problem);
        }

        [TestMethod]
        public void WhatDoesNotFitIsAProblem()
        {
            Problem("pin: has to be a number from 0 to 48", SettingValue.OfNumber("pin", 49));
            Problem("pin: has to be a number from 0 to 48", SettingValue.OfNumber("pin", -1));
            Problem("pin: has to be a number from 0 to 48", SettingValue.OfText("pin", "4"));
            Problem("pin: has to be a number from 0 to 48", SettingValue.OfFlag("pin", true));
            Problem("member: has to be a text of at most 4 characters", SettingValue.OfText("member", "rains"));
            Problem("member: has to be a text of at most 4 characters", SettingValue.OfNumber("member", 1));
            Problem("rising: has to be true or false", SettingValue.OfNumber("rising", 1));
            Problem("other: no such setting", SettingValue.OfNumber("other", 1));
            Problem("", SettingValue.OfNumber("pin", 48));
        }

        [TestMethod]
        public void BoundsThatAreNoneAreMisuse()
        {
            var reading = new SettingsReading(new SettingsDocument(0));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => reading.Number("pin", 0, 2, 1));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => reading.Text("pin", "", 65));
            Assert.ThrowsException(typeof(ArgumentException), () => reading.Flag("1pin", false));
        }

        [TestMethod]
        public void HostileSettingsAreNone()
        {
            Refuse("", "nothing");
            Refuse("a3000101070281836370696e0104" + "00", "something behind");
            Refuse("a3000201070280", "another format");
            Refuse("a30001010702", "half");
            Refuse("a3000101c30280", "a version that is no number");
            Refuse("a300010" + "11b00000001000000000280", "a version above 32 bits");
            Refuse("a3000101070282836370696e0104836370696e0105", "a name twice");
            Refuse("a30001010702828362" + "70690104" + "83627069" + "0104", "a name twice, short");
            Refuse("a300010107028283617a0104836161" + "0104", "names that fall");
            Refuse("a30001010702818361310104", "a name that begins with a digit");
            Refuse("a3000101070281836161040" + "4", "another kind");
            Refuse("a300010107028183616100" + "02", "neither false nor true");
            Refuse("a3000101070281836161011a80000000", "above 31 bits");
            Refuse("a300010107028183616101" + "1804", "not in its shortest form");
            Refuse("a30001010702818261610104", "two instead of three");
            Refuse("a3000101070281836161036100", "a NUL");
            Refuse("a300010107028183616103" + "7841" + Letters(65), "a text that is too long");
            Refuse("a300010107028183" + "7819" + Letters(25) + "0104", "a name that is too long");
            Assert.IsNotNull(SettingsDocument.Decode(Hex.Decode("a300010107028183" + "7818" + Letters(24) + "0104")));
            Assert.IsNotNull(SettingsDocument.Decode(Hex.Decode("a300010107028183616103" + "7840" + Letters(64))));
        }

        [TestMethod]
        public void SixteenAndAKilobyteAreTheEnd()
        {
            var document = new SettingsDocument(1);
            for (int i = 0; i < 16; i++)
            {
                Assert.IsTrue(document.Add(SettingValue.OfText("name" + i.ToString(), "0123456789012345678901234567890123456789")));
            }

            Assert.IsFalse(document.Add(SettingValue.OfNumber("one-more", 1)));
            byte[] encoded = document.Encode();
            Assert.IsTrue(encoded.Length < SettingsDocument.MaximumSize);
            Assert.AreEqual(16, SettingsDocument.Decode(encoded).Count);
            encoded[6] = 0x91;
            Assert.IsNull(SettingsDocument.Decode(encoded), "seventeen");
            Assert.IsNull(SettingsDocument.Decode(new byte[SettingsDocument.MaximumSize + 1]));
        }

        [TestMethod]
        public void TheAnswerComesOutAsItWentIn()
        {
            var answer = new SettingsAnswer(9, SettingsAnswer.Refused, "pin: caf\u00e9", 3);
            SettingsAnswer read = SettingsAnswer.Decode(answer.Encode());
            Assert.AreEqual(9L, read.Version);
            Assert.AreEqual("refused", read.Token);
            Assert.AreEqual("a reason that cannot be printed", read.Reason);
            Assert.AreEqual(96, new SettingsAnswer(1, "refused", Letters(50), 0).Reason.Length);
            Assert.AreEqual(3L, read.InForce);
            Assert.IsNull(SettingsAnswer.Decode(new byte[3]));
        }

        private static string Letters(int count)
        {
            string text = "";
            for (int i = 0; i < count; i++)
            {
                text += "61";
            }

            return text;
        }

        private static void Problem(string problem, SettingValue value)
        {
            var document = new SettingsDocument(1);
            document.Add(value);
            var reading = new SettingsReading(document);
            int pin = reading.Number("pin", 5, 0, 48);
            reading.Text("member", "", 4);
            reading.Flag("rising", false);
            Assert.AreEqual(problem, reading.Problem);
            Assert.IsTrue(problem.Length == 0 ? pin == 48 : pin == 5, "what does not fit is as if it were not there");
        }

        private static void Refuse(string hex, string why)
        {
            byte[] message = (hex.Length & 1) == 0 ? Hex.Decode(hex) : Hex.Decode(hex + "0");
            Assert.IsNull(SettingsDocument.Decode(message), why);
        }
    }
}
