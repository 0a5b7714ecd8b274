using System;
using DeviceFirmware.Bytes;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Bytes
{
    [TestClass]
    public class PemTests
    {
        private const string Label = "THING";

        [TestMethod]
        public void EveryLengthGoesBothWays()
        {
            for (int length = 1; length < 200; length++)
            {
                var der = new byte[length];
                for (int i = 0; i < length; i++)
                {
                    der[i] = (byte)(i * 7 + length);
                }

                CollectionAssert.AreEqual(der, Pem.Decode(Label, Pem.Encode(Label, der)), length.ToString());
            }
        }

        [TestMethod]
        public void TheTextIsAsRfc7468HasIt()
        {
            var der = new byte[49];
            string text = Text(Pem.Encode(Label, der));
            Assert.AreEqual(
                "-----BEGIN THING-----\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAA==\n-----END THING-----\n", text);
        }

        [TestMethod]
        public void CarriageReturnsAreTaken()
        {
            CollectionAssert.AreEqual(new byte[] { 1, 2 }, Pem.Decode(Label, Bytes("-----BEGIN THING-----\r\nAQI=\r\n-----END THING-----\r\n")));
        }

        [TestMethod]
        public void AnythingElseIsRefused()
        {
            Refuse("", "nothing");
            Refuse("-----BEGIN THING-----\n", "no end");
            Refuse("-----BEGIN THING-----\n-----END THING-----\n", "no content");
            Refuse("-----BEGIN OTHER-----\nAQI=\n-----END OTHER-----\n", "another label");
            Refuse("-----BEGIN THING-----\nAQI=\n-----END OTHER-----\n", "two labels");
            Refuse(" -----BEGIN THING-----\nAQI=\n-----END THING-----\n", "something before");
            Refuse("-----BEGIN THING-----\nAQI=\n-----END THING-----\n\n", "something behind");
            Refuse("-----BEGIN THING-----\nAQI=\n-----END THING-----", "no last line feed");
            Refuse("-----BEGIN THING-----AQI=\n-----END THING-----\n", "no line feed after the label");
            Refuse("-----BEGIN THING-----\nAQI\n-----END THING-----\n", "no padding");
            Refuse("-----BEGIN THING-----\nA=I=\n-----END THING-----\n", "padding inside");
            Refuse("-----BEGIN THING-----\nA===\n-----END THING-----\n", "too much padding");
            Refuse("-----BEGIN THING-----\nAQ-_\n-----END THING-----\n", "the other alphabet");
            Refuse("-----BEGIN THING-----\nAQI=AQI=\n-----END THING-----\n", "two behind one another");
            Refuse("-----BEGIN THING-----\nA\u0000I=\n-----END THING-----\n", "NUL");
        }

        [TestMethod]
        public void OneTextForEachObject()
        {
            Refuse("-----BEGIN THING-----\nAQI=-----END THING-----\n", "no line feed before the end");
            Refuse("-----BEGIN THING-----\nAQ\nI=\n-----END THING-----\n", "broken lines");
            Refuse("-----BEGIN THING-----\n\nAQI=\n-----END THING-----\n", "empty line");
            Refuse("-----BEGIN THING-----\nAQJ=\n-----END THING-----\n", "bits behind the last byte");
            Refuse("-----BEGIN THING-----\nAR==\n-----END THING-----\n", "bits behind the last byte");
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentException), () => Pem.Encode(Label, new byte[0]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Pem.Decode(Label, null));
        }

        private static void Refuse(string text, string why)
        {
            Assert.IsNull(Pem.Decode(Label, Bytes(text)), why);
        }

        private static byte[] Bytes(string text)
        {
            var bytes = new byte[text.Length];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)text[i];
            }

            return bytes;
        }

        private static string Text(byte[] bytes)
        {
            string text = "";
            for (int i = 0; i < bytes.Length; i++)
            {
                text = text + ((char)bytes[i]).ToString();
            }

            return text;
        }
    }
}
