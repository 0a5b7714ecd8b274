using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Connect
{
    [TestClass]
    public class SetupTests
    {
        private const string Label = "7XK2M9QD4T0A";

        [TestMethod]
        public void TheFormIsReadStrictly()
        {
            SetupForm form = Decode("setup=a-b&ssid=My+Net%21&password=p%26q%3D12345");
            Assert.AreEqual("a-b", Ascii.GetString(form.Setup, 0, form.Setup.Length));
            Assert.AreEqual("My Net!", form.Name);
            Assert.AreEqual("p&q=12345", form.Password);
            Assert.AreEqual("", Decode("password=&setup=&ssid=").Name);
            string[] malformed = new string[]
            {
                "", "&", "setup=a&ssid=b", "setup=a&ssid=b&password=c&", "setup=a&ssid=b&password=c&more=d", "setup=a&setup=a&ssid=b&password=c",
                "setup=a&ssid=%0&password=c", "setup=a&ssid=%&password=c", "setup=a&ssid=%zz&password=c", "setup=a&ssid=%00x&password=c", "setup=a&ssid=%C3%A4&password=c",
                "setup=a&ssid&password=c", "Setup=a&ssid=b&password=c",
            };
            for (int i = 0; i < malformed.Length; i++)
            {
                Assert.IsNull(Decode(malformed[i]), malformed[i]);
            }

            var body = new byte[513];
            Assert.IsNull(SetupForm.Decode(body, 0, body.Length));
        }

        [TestMethod]
        public void TheLabelsPasswordOpensInAnySpelling()
        {
            Check(SetupVerdict.Accepted, Label, "home", "12345678");
            Check(SetupVerdict.Accepted, "7xk2-m9qd-4tOa", "home", "");
            Check(SetupVerdict.WrongPassword, "7XK2M9QD4T0B", "home", "12345678");
            Check(SetupVerdict.WrongPassword, "7XK2M9QD4T0", "home", "12345678");
            Check(SetupVerdict.WrongPassword, "", "home", "12345678");
        }

        [TestMethod]
        public void BoundsAreHeld()
        {
            Check(SetupVerdict.BadName, Label, "", "12345678");
            Check(SetupVerdict.BadName, Label, "123456789012345678901234567890123", "12345678");
            Check(SetupVerdict.BadPassword, Label, "home", "1234567");
            Check(SetupVerdict.BadPassword, Label, "home", "1234567890123456789012345678901234567890123456789012345678901234");
            Assert.AreEqual((int)SetupVerdict.Malformed, (int)SetupCheck.Decide(null, Ascii.GetBytes(Label), 0).Verdict);
            SetupForm right = Decode("setup=" + Label + "&ssid=home&password=12345678");
            Assert.AreEqual((int)SetupVerdict.Accepted, (int)SetupCheck.Decide(right, Ascii.GetBytes(Label), 4).Verdict);
            Assert.AreEqual((int)SetupVerdict.TooManyAttempts, (int)SetupCheck.Decide(right, Ascii.GetBytes(Label), 5).Verdict);
        }

        [TestMethod]
        public void OnlyThePageAndItsFormAreServed()
        {
            Assert.IsTrue(SetupPage.IsForPage(System.Text.Encoding.UTF8.GetBytes("GET / HTTP/1.1\r\n\r\n")));
            Assert.IsFalse(SetupPage.IsForPage(System.Text.Encoding.UTF8.GetBytes("GET /x HTTP/1.1\r\n\r\n")));
            Assert.AreEqual(28, SetupPage.BodyOf(System.Text.Encoding.UTF8.GetBytes("POST /network HTTP/1.1\r\nA: b\r\n\r\nbody")) - 4);
            Assert.AreEqual(-1, SetupPage.BodyOf(System.Text.Encoding.UTF8.GetBytes("POST /network HTTP/1.1\r\n")));
            Assert.AreEqual(-1, SetupPage.BodyOf(System.Text.Encoding.UTF8.GetBytes("POST / HTTP/1.1\r\n\r\n")));
            Assert.AreEqual(-1, SetupPage.BodyOf(new byte[0]));
        }

        [TestMethod]
        public void ARequestEndsWhereItsHeadSays()
        {
            Measured(18, "GET / HTTP/1.1\r\n\r\n");
            Measured(SetupRequest.Incomplete, "GET / HTTP/1.1\r\nHost: x\r\n");
            string post = "POST /network HTTP/1.1\r\ncontent-LENGTH: 4 \r\n\r\n";
            Measured(SetupRequest.Incomplete, post + "abc");
            Measured(post.Length + 4, post + "abcd");
            Measured(post.Length + 4, post + "abcdefg");
            string[] hopeless = new string[] { "Content-Length: x", "Content-Length:", "Content-Length: -1", "Content-Length: 2049", "Content-Length: 99999999999", "Content-Length: 1\r\nContent-Length: 1", "Transfer-Encoding: chunked", "Content-Length: 2040" };
            for (int i = 0; i < hopeless.Length; i++)
            {
                Measured(SetupRequest.Hopeless, "POST /network HTTP/1.1\r\n" + hopeless[i] + "\r\n\r\nabcd");
            }

            var endless = new byte[SetupPage.MaximumRequest];
            Assert.AreEqual(SetupRequest.Incomplete, SetupRequest.Measure(endless, endless.Length - 1));
            Assert.AreEqual(SetupRequest.Hopeless, SetupRequest.Measure(endless, endless.Length));
        }

        private static void Measured(int expected, string request)
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(request);
            Assert.AreEqual(expected, SetupRequest.Measure(bytes, bytes.Length), request);
        }

        [TestMethod]
        public void TurnsAreTakenUntilOneWorks()
        {
            var choice = new NetworkChoice(new NetworkCredentials("old", ""), null);
            Assert.AreEqual("old", choice.Current.Name);
            Assert.IsFalse(choice.Succeeded());
            choice.Set(new NetworkCredentials("new", ""));
            string turns = "";
            for (int i = 0; i < 12; i++)
            {
                turns += choice.Current.Name.Substring(0, 1);
                choice.Failed();
            }

            Assert.AreEqual("nnnnoooonnnn", turns);
            Assert.IsTrue(choice.IsFallback);
            Assert.IsTrue(choice.Succeeded());
            Assert.AreEqual("old", choice.Current.Name);
            Assert.IsNull(choice.Next);
        }

        [TestMethod]
        public void ACutLeavesTheOldNetworksOrTheNew()
        {
            int operations = OperationsOfASave(0, out NetworkCredentials _, out NetworkCredentials _);
            Assert.IsTrue(operations > 1, operations.ToString());
            for (int cut = 1; cut <= operations; cut++)
            {
                OperationsOfASave(cut, out NetworkCredentials worked, out NetworkCredentials next);
                Assert.AreEqual("factory", worked.Name);
                Assert.AreEqual("12345678", worked.Password);
                Assert.IsTrue(next.Name == "first" || next.Name == "second");
                Assert.AreEqual("passphrase", next.Password);
            }
        }

        [TestMethod]
        public void NoPasswordLiesInTheFlashInTheClear()
        {
            var files = new MemoryFiles();
            var store = new RecordStore(files);
            TestBoard.KeepKey(store, TestKeys.Device);
            Assert.IsTrue(Networks(store).Save(new NetworkCredentials("factory", "12345678"), new NetworkCredentials("home", "passphrase")));
            string flash = TestBoard.Text(files.Peek("network.0"));
            Assert.IsTrue(flash.Length > 60);
            Assert.AreEqual(-1, flash.IndexOf("12345678"));
            Assert.AreEqual(-1, flash.IndexOf("passphrase"));
            Assert.AreEqual(-1, flash.IndexOf("home"));
            Assert.IsFalse(Networks(new RecordStore(new MemoryFiles())).Save(new NetworkCredentials("home", "passphrase"), null), "no seal key");
        }

        private static int OperationsOfASave(int cut, out NetworkCredentials worked, out NetworkCredentials next)
        {
            var files = new MemoryFiles();
            TestBoard.KeepKey(new RecordStore(files), TestKeys.Device);
            var factory = new NetworkCredentials("factory", "12345678");
            Networks(new RecordStore(files)).Save(factory, new NetworkCredentials("first", "passphrase"));
            int before = files.Operations;
            NetworkRecord record = Networks(new RecordStore(files));
            var second = new NetworkCredentials("second", "passphrase");
            if (cut == 0)
            {
                record.Save(factory, second);
            }
            else
            {
                files.CutAt(before + cut, 20);
                Assert.ThrowsException(typeof(PowerCutException), () => record.Save(factory, second));
                files.PowerOn();
            }

            int operations = files.Operations - before;
            Networks(new RecordStore(files)).Load(out worked, out next);
            return operations;
        }

        private static NetworkRecord Networks(RecordStore store)
        {
            return new NetworkRecord(store, new MemorySealer(), new MemoryEntropy(5));
        }

        private static SetupForm Decode(string body)
        {
            byte[] bytes = Ascii.GetBytes(body);
            return SetupForm.Decode(bytes, 0, bytes.Length);
        }

        private static void Check(SetupVerdict expected, string setup, string name, string password)
        {
            SetupCheck check = SetupCheck.Decide(Decode("setup=" + setup + "&ssid=" + name + "&password=" + password), Ascii.GetBytes(Label), 0);
            Assert.AreEqual((int)expected, (int)check.Verdict, check.Token);
            Assert.AreEqual(expected == SetupVerdict.Accepted, !(check.Network is null));
        }
    }
}
