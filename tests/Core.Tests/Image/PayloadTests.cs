using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Image
{
    /// <summary>How a payload is split into modules.</summary>
    [TestClass]
    public class PayloadTests
    {
        private const string File = "slot-b.img";

        [TestMethod]
        public void DotNetAssembliesComeOutAsTheyWentIn()
        {
            var first = new byte[] { 1, 2, 3, 4, 5 };
            var second = new byte[] { 6 };
            var third = new byte[] { 7, 8, 9, 10 };
            ImageCheck check = Load(ImageBuilder.DotNetPayload(first, second, third), 2);
            Assert.AreEqual((int)ImageVerdict.Accepted, (int)check.Verdict, check.Reason);
            Assert.AreEqual(3, check.Image.Modules.Length);
            CollectionAssert.AreEqual(first, check.Image.Modules[0]);
            CollectionAssert.AreEqual(second, check.Image.Modules[1]);
            CollectionAssert.AreEqual(third, check.Image.Modules[2]);
        }

        [TestMethod]
        public void NanoAssembliesComeOutAsTheyWentIn()
        {
            byte[] first = NanoFile.Of(125, 1);
            byte[] second = NanoFile.Of(124, 2);
            byte[] third = NanoFile.Of(1026, 3);
            ImageCheck check = Load(ByteArray.Concat(first, new byte[3], second, third, new byte[2]), 1);
            Assert.AreEqual((int)ImageVerdict.Accepted, (int)check.Verdict, check.Reason);
            Assert.AreEqual(3, check.Image.Modules.Length);
            CollectionAssert.AreEqual(first, check.Image.Modules[0]);
            CollectionAssert.AreEqual(second, check.Image.Modules[1]);
            CollectionAssert.AreEqual(third, check.Image.Modules[2]);
        }

        [TestMethod]
        public void TheLastPaddingMayBeMissing()
        {
            Assert.AreEqual(1, Load(NanoFile.Of(125, 1), 1).Image.Modules.Length);
            Assert.AreEqual(1, Load(new byte[] { 1, 0, 0, 0, 9 }, 2).Image.Modules.Length);
        }

        [TestMethod]
        public void PayloadsThatCannotBeSplit()
        {
            Refuse(new byte[] { 0, 0, 0, 0 }, 2, "no bytes");
            Refuse(new byte[] { 1, 0, 0 }, 2, "half a length");
            Refuse(new byte[] { 5, 0, 0, 0, 1, 2, 3, 4 }, 2, "more than there is");
            Refuse(new byte[] { 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3, 4 }, 2, "far more than there is");
            Refuse(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4 }, 2, "a negative length");
            Refuse(new byte[] { 1, 0, 0, 0, 9, 0, 0, 1 }, 2, "padding that is not zero");
            Refuse(new byte[] { 1, 0, 0, 0, 9, 0 }, 2, "half a padding");
            Refuse(ByteArray.Slice(NanoFile.Of(200, 1), 0, 199), 1, "half an assembly");
            Refuse(ByteArray.Slice(NanoFile.Of(200, 1), 0, 123), 1, "half a header");
            Refuse(NanoFile.With(200, 0, (byte)'M'), 1, "another mark");
            Refuse(NanoFile.With(200, 5, (byte)'2'), 1, "NFMRK2");
            Refuse(NanoFile.With(200, 6, 1), 1, "the mark's end");
            Refuse(NanoFile.With(200, 7, 1), 1, "the mark's last byte");
            Refuse(NanoFile.With(200, 100, 100), 1, "shorter than its header");
            Refuse(NanoFile.With(200, 40, 8), 1, "a table inside the header");
            Refuse(NanoFile.With(200, 44, 130), 1, "tables that overlap");
            Refuse(NanoFile.With(200, 108, 4), 1, "padding behind the next table's start");
            Refuse(NanoFile.With(200, 16, 1), 1, "an assembly that wants a restart");
            Refuse(NanoFile.With(200, 104, 1), 1, "patched methods");
            Refuse(NanoFile.With(200, 38, 2), 1, "another string table");
            byte[] sum = NanoFile.Of(200, 1);
            sum[8] ^= 1;
            Refuse(sum, 1, "another checksum");
            Refuse(ByteArray.Concat(NanoFile.Of(200, 1), new byte[4]), 1, "something behind it");
        }

        [TestMethod]
        public void SixteenModulesAreEnough()
        {
            var module = new byte[] { 1, 0, 0, 0, 9, 0, 0, 0 };
            byte[] sixteen = ByteArray.Concat(module, module, module, module, module, module, module, module);
            sixteen = ByteArray.Concat(sixteen, sixteen);
            Assert.AreEqual(16, Load(sixteen, 2).Image.Modules.Length);
            Refuse(ByteArray.Concat(sixteen, module), 2, "seventeen");
        }

        [TestMethod]
        public void AnUnsplittablePayloadOfAStrangerIsAStrangersFirst()
        {
            var builder = new ImageBuilder { Payload = new byte[4], Key = TestKeys.Stranger };
            var files = new MemoryFiles();
            files.Put(File, builder.Build());
            Assert.AreEqual((int)ImageVerdict.UnknownKey, (int)VerifiedImage.Load(files, File, TestRules.Standard()).Verdict);
        }

        [TestMethod]
        public void AnApplicationForAnotherContractIsRefusedBeforeItIsLoaded()
        {
            ImageCheck check = Load(NanoFile.Referring("DeviceFirmware.Contract", 1, 1), 1, "1.0");
            Assert.AreEqual((int)ImageVerdict.OtherContract, (int)check.Verdict);
            Assert.AreEqual("other-contract", check.Token);
            Assert.Contains("1.1, this is 1.0", check.Reason);
            Assert.IsNull(check.Image);
            byte[] helper = NanoFile.Of(200, 1);
            check = Load(ByteArray.Concat(helper, NanoFile.Referring("DeviceFirmware.Contract", 2, 0)), 1, "1.0");
            Assert.AreEqual((int)ImageVerdict.OtherContract, (int)check.Verdict, "in the second assembly");
            check = Load(ByteArray.Concat(helper, NanoFile.Referring("DeviceFirmware.Contract", 1, 0)), 1, "1.0");
            Assert.AreEqual((int)ImageVerdict.Accepted, (int)check.Verdict, check.Reason);
            check = Load(NanoFile.Referring("DeviceFirmware.Contract", 1, 1), 1, "");
            Assert.AreEqual((int)ImageVerdict.Accepted, (int)check.Verdict, "nobody asks");
        }

        [TestMethod]
        public void AMerelyCheckedImageHasNoModules()
        {
            var files = new MemoryFiles();
            files.Put(File, new ImageBuilder().Build());
            VerifiedImage image = VerifiedImage.Check(files, File, TestRules.Standard()).Image;
            Assert.ThrowsException(typeof(InvalidOperationException), () => Use(image.Modules));
        }

        private static void Use(byte[][] modules)
        {
            Assert.IsNotNull(modules);
        }

        private static void Refuse(byte[] payload, byte kind, string why)
        {
            ImageCheck check = Load(payload, kind, "1.0");
            Assert.AreEqual((int)ImageVerdict.MalformedPayload, (int)check.Verdict, why + ": " + check.Reason);
            Assert.IsNull(check.Image, why);
        }

        private static ImageCheck Load(byte[] payload, byte kind)
        {
            return Load(payload, kind, "1.0");
        }

        private static ImageCheck Load(byte[] payload, byte kind, string contract)
        {
            var files = new MemoryFiles();
            files.Put(File, new ImageBuilder { Payload = payload }.Replace(Tlv.PayloadKind, new byte[] { kind }).Build());
            ImageRules rules = TestRules.Of(new P256PublicKey[] { TestKeys.Ota.PublicKey }, kind, 0);
            rules.Contract = contract;
            return VerifiedImage.Load(files, File, rules);
        }
    }
}
