using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Image
{
    /// <summary>Every verdict is reached by one deviation from an image that is accepted.</summary>
    [TestClass]
    public class VerifiedImageTests
    {
        private const string File = "slot-a.img";

        [TestMethod]
        public void TheTwinIsAccepted()
        {
            var builder = new ImageBuilder();
            ImageCheck check = Judge(builder.Build());
            Assert.AreEqual((int)ImageVerdict.Accepted, (int)check.Verdict, check.Reason);
            Assert.AreEqual("1.2.3+4", check.Image.Version.ToString());
            Assert.AreEqual(7u, check.Image.SecurityCounter);
            CollectionAssert.AreEqual(builder.Digest, check.Image.Digest);
            Assert.AreEqual("accepted", check.Token);
        }

        [TestMethod]
        public void WhatIsOptionalIsTaken()
        {
            Expect(ImageVerdict.Accepted, new ImageBuilder { HeaderSize = 33 });
            Expect(ImageVerdict.Accepted, new ImageBuilder { HeaderSize = 512 });
            Expect(ImageVerdict.Accepted, new ImageBuilder { HeaderSize = 4096 });
            Expect(ImageVerdict.Accepted, new ImageBuilder { Key = TestKeys.OtaNext });
            Expect(ImageVerdict.Accepted, new ImageBuilder().Protect(Tlv.MinimumLoader, new byte[] { 0, 1, 0, 0, 0, 0, 0, 0 }));
            Expect(ImageVerdict.Accepted, new ImageBuilder().Protect(Tlv.CoreLibrary, Ascii.GetBytes("1.17")));
        }

        [TestMethod]
        public void Missing()
        {
            Assert.AreEqual((int)ImageVerdict.Missing, (int)VerifiedImage.Check(new MemoryFiles(), File, TestRules.Standard()).Verdict);
            Assert.AreEqual((int)ImageVerdict.Missing, (int)VerifiedImage.Load(new MemoryFiles(), File, TestRules.Standard()).Verdict);
        }

        [TestMethod]
        public void AFileThatTurnsShortIsMissing()
        {
            byte[] image = new ImageBuilder().Build();
            for (int end = 32; end < image.Length; end++)
            {
                var files = new RecordingFiles(image) { ShortFrom = end };
                Assert.AreEqual((int)ImageVerdict.Missing, (int)VerifiedImage.Check(files, File, TestRules.Standard()).Verdict, end.ToString());
                Assert.AreEqual((int)ImageVerdict.Missing, (int)VerifiedImage.Load(files, File, TestRules.Standard()).Verdict, end.ToString());
            }
        }

        [TestMethod]
        public void AReadThatComesUpShortIsMissing()
        {
            // One read gives back less than there is, the others do not. A zero in its place would verify: the module ends with zeros.
            byte[] image = new ImageBuilder { Payload = ImageBuilder.DotNetPayload(new byte[40]) }.Build();
            for (int offset = 32; offset < image.Length; offset++)
            {
                var files = new RecordingFiles(image) { Stumble = offset };
                Assert.AreEqual((int)ImageVerdict.Missing, (int)VerifiedImage.Check(files, File, TestRules.Standard()).Verdict, offset.ToString());
                Assert.AreEqual((int)ImageVerdict.Missing, (int)VerifiedImage.Load(files, File, TestRules.Standard()).Verdict, offset.ToString());
            }
        }

        [TestMethod]
        public void NoKeys()
        {
            Expect(ImageVerdict.NoKeys, new ImageBuilder().Build(), TestRules.Of(new P256PublicKey[0], 2, 0));
            Expect(ImageVerdict.Accepted, new ImageBuilder().Build(), TestRules.Of(new P256PublicKey[] { TestKeys.Ota.PublicKey }, 2, 0));
        }

        [TestMethod]
        public void NotAnImage()
        {
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { Magic = 0x96F3B83C });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { LoadAddress = 1 });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { Flags = 4 });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { Pad = 1 });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { HeaderSize = 31 });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { HeaderSize = 4097 });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { HeaderSize = 0 });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { Payload = new byte[0] });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { StatedPayloadSize = 0x7FFFFFFF });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { StatedPayloadSize = 0xFFFFFFFF });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { StatedPayloadSize = 0x80000000 });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { StatedProtectedSize = 1025 });
            Expect(ImageVerdict.NotAnImage, new ImageBuilder { StatedProtectedSize = 1024 }, "beyond the end");
            Expect(ImageVerdict.NotAnImage, new ImageBuilder().Protect(Tlv.CoreLibrary, new byte[1100]), "a protected area beyond its bound");
            for (int length = 0; length < 32; length++)
            {
                Expect(ImageVerdict.NotAnImage, ByteArray.Slice(new ImageBuilder().Build(), 0, length), TestRules.Standard());
            }
        }

        [TestMethod]
        public void TooLarge()
        {
            byte[] image = new ImageBuilder().Build();
            Expect(ImageVerdict.Accepted, image, WithSlot(image.Length));
            Expect(ImageVerdict.TooLarge, image, WithSlot(image.Length - 1));
        }

        [TestMethod]
        public void EveryTruncationIsRefused()
        {
            byte[] image = new ImageBuilder().Build();
            for (int length = 0; length < image.Length; length++)
            {
                ImageCheck check = Judge(ByteArray.Slice(image, 0, length));
                Assert.IsTrue(check.Verdict == ImageVerdict.NotAnImage || check.Verdict == ImageVerdict.Truncated, length.ToString() + ": " + check.Token);
            }

            Expect(ImageVerdict.Truncated, ByteArray.Slice(image, 0, image.Length - 1), TestRules.Standard());
        }

        [TestMethod]
        public void TrailingBytes()
        {
            Expect(ImageVerdict.TrailingBytes, new ImageBuilder { Trailing = new byte[1] });
            Expect(ImageVerdict.TrailingBytes, new ImageBuilder { Trailing = new byte[] { 0xFF, 0xFF, 0xFF, 0xFF } });
            Expect(ImageVerdict.TrailingBytes, new ImageBuilder { Trailing = new byte[4000] });
            Expect(ImageVerdict.TrailingBytes, new ImageBuilder { Trailing = new byte[] { 0x07, 0x69, 0x04, 0x00 } }, "a second area");
        }

        [TestMethod]
        public void MalformedTlv()
        {
            Expect(ImageVerdict.MalformedTlv, new ImageBuilder { ProtectedMagic = 0x6907 });
            Expect(ImageVerdict.MalformedTlv, new ImageBuilder { UnprotectedMagic = 0x6908 });
            Expect(ImageVerdict.MalformedTlv, new ImageBuilder { StatedProtectedArea = 3 });
            Expect(ImageVerdict.MalformedTlv, new ImageBuilder { StatedProtectedArea = 1000 });
            Expect(ImageVerdict.MalformedTlv, new ImageBuilder { StatedProtectedSize = 3 });
            Expect(ImageVerdict.MalformedTlv, new ImageBuilder().Protect(Tlv.MinimumLoader, new byte[7]));
            Expect(ImageVerdict.MalformedTlv, new ImageBuilder().Protect(Tlv.MinimumLoader, new byte[9]));

            // An entry that goes beyond its area, and half an entry.
            byte[] image = new ImageBuilder().Build();
            int area = 32 + new ImageBuilder().Payload.Length;
            image[area + 4 + 2] = 0xFF;
            Expect(ImageVerdict.MalformedTlv, image, TestRules.Standard());
            Expect(ImageVerdict.MalformedTlv, HalfEntry(1), TestRules.Standard());
            Expect(ImageVerdict.MalformedTlv, HalfEntry(3), TestRules.Standard());
        }

        [TestMethod]
        public void UnknownTlv()
        {
            Expect(ImageVerdict.UnknownTlv, new ImageBuilder().Protect(0xB7, new byte[1]));
            Expect(ImageVerdict.UnknownTlv, new ImageBuilder().Protect(0x40, new byte[1]), "dependency");
            Expect(ImageVerdict.UnknownTlv, new ImageBuilder().Append(0x30, new byte[1]), "encrypted");
            Expect(ImageVerdict.UnknownTlv, new ImageBuilder().Append(Tlv.SecurityCounter, new byte[4]), "a counter that nothing protects");
            Expect(ImageVerdict.UnknownTlv, new ImageBuilder().Append(Tlv.BoardType, new byte[4]), "a board type that nothing protects");
            Expect(ImageVerdict.UnknownTlv, new ImageBuilder().Protect(Tlv.Sha256, new byte[32]), "a hash in the wrong area");
            Expect(ImageVerdict.UnknownTlv, new ImageBuilder().Protect(Tlv.Signature, new byte[70]), "a signature in the wrong area");
            Expect(ImageVerdict.UnknownTlv, new ImageBuilder().Protect(0x1A0, new byte[1]), "a type of two bytes");
            Assert.AreEqual("unknown TLV: type 183", Judge(new ImageBuilder().Protect(0xB7, new byte[1]).Build()).Reason);
        }

        [TestMethod]
        public void DuplicateTlv()
        {
            Expect(ImageVerdict.DuplicateTlv, new ImageBuilder().Protect(Tlv.SecurityCounter, ImageBuilder.UInt32(7)));
            Expect(ImageVerdict.DuplicateTlv, new ImageBuilder().Protect(Tlv.BoardType, Ascii.GetBytes("virtual-board")));
            Expect(ImageVerdict.DuplicateTlv, new ImageBuilder().Protect(Tlv.PayloadKind, new byte[] { 2 }));
            Expect(ImageVerdict.DuplicateTlv, new ImageBuilder().Protect(Tlv.MinimumLoader, new byte[8]).Protect(Tlv.MinimumLoader, new byte[8]));
            Expect(ImageVerdict.DuplicateTlv, new ImageBuilder().Protect(Tlv.CoreLibrary, Ascii.GetBytes("1.17")).Protect(Tlv.CoreLibrary, Ascii.GetBytes("1.17")));
            Expect(ImageVerdict.DuplicateTlv, new ImageBuilder().Append(Tlv.Sha256, new byte[32]));
            Expect(ImageVerdict.DuplicateTlv, new ImageBuilder().Append(Tlv.KeyHash, new byte[32]));
            Expect(ImageVerdict.DuplicateTlv, new ImageBuilder().Append(Tlv.Signature, new byte[70]));
        }

        [TestMethod]
        public void EntriesOutOfOrderAreRefused()
        {
            int[][] orders = new int[][] { new int[] { 0, 2, 1 }, new int[] { 1, 0, 2 }, new int[] { 1, 2, 0 }, new int[] { 2, 0, 1 }, new int[] { 2, 1, 0 } };
            for (int i = 0; i < orders.Length; i++)
            {
                Expect(ImageVerdict.MalformedTlv, new ImageBuilder { Order = orders[i] }, i.ToString());
            }

            Expect(ImageVerdict.Accepted, new ImageBuilder { Order = new int[] { 0, 1, 2 } });

            // In the protected area the order is the signer's choice, and under the hash.
            Expect(ImageVerdict.Accepted, new ImageBuilder().Counter(7));
        }

        [TestMethod]
        public void TheSameImageInAnotherFileIsTheSameImage()
        {
            var builder = new ImageBuilder();
            byte[] image = builder.Build();
            byte[] digest = builder.Digest;
            byte[] twin = new ImageBuilder { IsOtherSignature = true }.Build();
            CollectionAssert.AreNotEqual(TestImages.FileHash(image), TestImages.FileHash(twin));
            ImageCheck check = Judge(twin);
            Assert.AreEqual((int)ImageVerdict.Accepted, (int)check.Verdict, check.Reason);
            CollectionAssert.AreEqual(digest, check.Image.Digest);

            ImageRules rules = Refusing(ByteArray.Concat(new byte[32], digest));
            Expect(ImageVerdict.RejectedBefore, image, rules);
            Expect(ImageVerdict.RejectedBefore, twin, rules);
            Expect(ImageVerdict.Accepted, twin, Refusing(new byte[64]));
            Assert.AreEqual((int)ImageVerdict.RejectedBefore, (int)VerifiedImage.Load(Holding(twin), File, rules).Verdict);
        }

        [TestMethod]
        public void CounterTooHigh()
        {
            Expect(ImageVerdict.Accepted, new ImageBuilder().Counter(5 + 1024).Build(), Refusing(new byte[0], 5));
            Expect(ImageVerdict.CounterTooHigh, new ImageBuilder().Counter(5 + 1025).Build(), Refusing(new byte[0], 5));
            Expect(ImageVerdict.CounterTooHigh, new ImageBuilder().Counter(0xFFFFFFFF).Build(), Refusing(new byte[0], 5));
            Expect(ImageVerdict.Accepted, new ImageBuilder().Counter(0xFFFFFFFF).Build(), Refusing(new byte[0], 0xFFFFFFFF));
            Expect(ImageVerdict.Accepted, new ImageBuilder().Counter(0xFFFFFFFF).Build(), Refusing(new byte[0], 0xFFFFFFFF - 1024));

            // What is in use boots, also when the counter's record was lost.
            Assert.AreEqual((int)ImageVerdict.Accepted, (int)VerifiedImage.Load(Holding(new ImageBuilder().Counter(9000).Build()), File, Refusing(new byte[0], 0)).Verdict);
        }

        [TestMethod]
        public void NoHash()
        {
            Expect(ImageVerdict.NoHash, new ImageBuilder { Leaves = 1 });
            Expect(ImageVerdict.NoHash, new ImageBuilder { StatedDigest = new byte[0], SignedDigest = new byte[32] });
            Expect(ImageVerdict.NoHash, new ImageBuilder { StatedDigest = new byte[31], SignedDigest = new byte[32] });
            Expect(ImageVerdict.NoHash, new ImageBuilder { StatedDigest = new byte[33], SignedDigest = new byte[32] });
        }

        [TestMethod]
        public void NoSignature()
        {
            Expect(ImageVerdict.NoSignature, new ImageBuilder { Leaves = 4 });
            Expect(ImageVerdict.NoSignature, new ImageBuilder { Leaves = 2 }, "no key hash");
            Expect(ImageVerdict.NoSignature, new ImageBuilder { Leaves = 6 });
        }

        [TestMethod]
        public void OtherSignatureType()
        {
            int[] types = new int[] { 0x20, 0x21, 0x23, 0x24, 0x25 };
            for (int i = 0; i < types.Length; i++)
            {
                Expect(ImageVerdict.OtherSignatureType, new ImageBuilder { Leaves = 4 }.Append(types[i], new byte[64]));
                Expect(ImageVerdict.OtherSignatureType, new ImageBuilder().Append(types[i], new byte[64]), "besides a good one");
            }
        }

        [TestMethod]
        public void WrongHash()
        {
            // Signed is what is stated: only the content is another.
            Expect(ImageVerdict.WrongHash, new ImageBuilder { StatedDigest = Sha256.Hash(new byte[] { 1 }) });
        }

        [TestMethod]
        public void EveryByteIsUnderTheHashOrUnderACheck()
        {
            byte[] image = new ImageBuilder().Build();
            for (int i = 0; i < image.Length; i++)
            {
                for (int bit = 0x01; bit <= 0x80; bit += 0x7F)
                {
                    byte[] changed = ByteArray.Slice(image, 0, image.Length);
                    changed[i] ^= (byte)bit;
                    ImageCheck check = Judge(changed);
                    Assert.IsTrue(check.Verdict != ImageVerdict.Accepted && check.Verdict != ImageVerdict.NotEvaluated, "byte " + i.ToString());
                    Assert.IsNull(check.Image, "byte " + i.ToString());
                }
            }
        }

        [TestMethod]
        public void EveryByteOfAPaddedHeaderIsUnderTheHash()
        {
            byte[] image = new ImageBuilder { HeaderSize = 64 }.Build();
            for (int i = 32; i < 64; i++)
            {
                byte[] changed = ByteArray.Slice(image, 0, image.Length);
                changed[i] = 1;
                Expect(ImageVerdict.WrongHash, changed, TestRules.Standard());
            }
        }

        [TestMethod]
        public void UnknownKey()
        {
            Expect(ImageVerdict.UnknownKey, new ImageBuilder { Key = TestKeys.Stranger });
            Expect(ImageVerdict.UnknownKey, new ImageBuilder { NamedKey = TestKeys.Stranger.PublicKey });
        }

        [TestMethod]
        public void WrongSignature()
        {
            Expect(ImageVerdict.WrongSignature, new ImageBuilder { Key = TestKeys.Stranger, NamedKey = TestKeys.Ota.PublicKey });
            Expect(ImageVerdict.WrongSignature, new ImageBuilder { Key = TestKeys.OtaNext, NamedKey = TestKeys.Ota.PublicKey }, "the other embedded key");
            Expect(ImageVerdict.WrongSignature, new ImageBuilder { SignedDigest = new byte[32] });
            Expect(ImageVerdict.WrongSignature, new ImageBuilder { Signature = new byte[0] });
            Expect(ImageVerdict.WrongSignature, new ImageBuilder { Signature = new byte[64] }, "not DER");
            byte[] zeros = new byte[] { 0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00 };
            Expect(ImageVerdict.WrongSignature, new ImageBuilder { Signature = zeros }, "r = s = 0");

            var builder = new ImageBuilder();
            builder.Build();
            byte[] good = EcdsaSignatureDer.Encode(Ecdsa.Sign(TestKeys.Ota, builder.Digest));
            Expect(ImageVerdict.Accepted, new ImageBuilder { Signature = good });
            Expect(ImageVerdict.WrongSignature, new ImageBuilder { Signature = ByteArray.Concat(good, new byte[1]) }, "a byte behind it");
        }

        [TestMethod]
        public void NoSecurityCounter()
        {
            Expect(ImageVerdict.NoSecurityCounter, new ImageBuilder().Without(Tlv.SecurityCounter));
            Expect(ImageVerdict.NoSecurityCounter, new ImageBuilder().Replace(Tlv.SecurityCounter, new byte[3]));
            Expect(ImageVerdict.NoSecurityCounter, new ImageBuilder().Replace(Tlv.SecurityCounter, new byte[5]));
            Expect(ImageVerdict.NoSecurityCounter, new ImageBuilder().Without(Tlv.SecurityCounter).Without(Tlv.BoardType).Without(Tlv.PayloadKind), "no protected area");
        }

        [TestMethod]
        public void NoBoardType()
        {
            Expect(ImageVerdict.NoBoardType, new ImageBuilder().Without(Tlv.BoardType));
        }

        [TestMethod]
        public void OtherBoardType()
        {
            string[] others = new string[] { "virtual-boare", "virtual-boar", "virtual-board2", "Virtual-Board", "esp32" };
            for (int i = 0; i < others.Length; i++)
            {
                Expect(ImageVerdict.OtherBoardType, new ImageBuilder().Replace(Tlv.BoardType, Ascii.GetBytes(others[i])));
            }

            Expect(ImageVerdict.OtherBoardType, new ImageBuilder().Replace(Tlv.BoardType, new byte[0]));
            Expect(ImageVerdict.OtherBoardType, new ImageBuilder().Replace(Tlv.BoardType, ByteArray.Concat(Ascii.GetBytes("virtual-board"), new byte[1])), "a NUL behind it");
        }

        [TestMethod]
        public void OtherPayloadKind()
        {
            Expect(ImageVerdict.OtherPayloadKind, new ImageBuilder().Without(Tlv.PayloadKind));
            Expect(ImageVerdict.OtherPayloadKind, new ImageBuilder().Replace(Tlv.PayloadKind, new byte[0]));
            Expect(ImageVerdict.OtherPayloadKind, new ImageBuilder().Replace(Tlv.PayloadKind, new byte[] { 2, 0 }));
            Expect(ImageVerdict.OtherPayloadKind, new ImageBuilder().Replace(Tlv.PayloadKind, new byte[] { 1 }));
            Expect(ImageVerdict.OtherPayloadKind, new ImageBuilder().Replace(Tlv.PayloadKind, new byte[] { 3 }));
        }

        [TestMethod]
        public void LoaderTooOld()
        {
            Expect(ImageVerdict.LoaderTooOld, new ImageBuilder().Protect(Tlv.MinimumLoader, new byte[] { 0, 1, 0, 0, 1, 0, 0, 0 }));
            Expect(ImageVerdict.LoaderTooOld, new ImageBuilder().Protect(Tlv.MinimumLoader, new byte[] { 0, 1, 1, 0, 0, 0, 0, 0 }));
            Expect(ImageVerdict.LoaderTooOld, new ImageBuilder().Protect(Tlv.MinimumLoader, new byte[] { 0, 2, 0, 0, 0, 0, 0, 0 }));
            Expect(ImageVerdict.LoaderTooOld, new ImageBuilder().Protect(Tlv.MinimumLoader, new byte[] { 1, 0, 0, 0, 0, 0, 0, 0 }));
            Expect(ImageVerdict.Accepted, new ImageBuilder().Protect(Tlv.MinimumLoader, new byte[] { 0, 0, 255, 255, 255, 255, 255, 255 }));
        }

        [TestMethod]
        public void OtherCoreLibrary()
        {
            Expect(ImageVerdict.OtherCoreLibrary, new ImageBuilder().Protect(Tlv.CoreLibrary, Ascii.GetBytes("1.18")));
            Expect(ImageVerdict.OtherCoreLibrary, new ImageBuilder().Protect(Tlv.CoreLibrary, Ascii.GetBytes("1.1")));
            Expect(ImageVerdict.OtherCoreLibrary, new ImageBuilder().Protect(Tlv.CoreLibrary, new byte[0]));
        }

        [TestMethod]
        public void CounterTooLow()
        {
            byte[] image = new ImageBuilder().Counter(7).Build();
            Expect(ImageVerdict.Accepted, image, TestRules.WithCounter(6));
            Expect(ImageVerdict.Accepted, image, TestRules.WithCounter(7));
            Expect(ImageVerdict.CounterTooLow, image, TestRules.WithCounter(8));
            Expect(ImageVerdict.CounterTooLow, image, TestRules.WithCounter(0xFFFFFFFF));
            Expect(ImageVerdict.Accepted, new ImageBuilder().Counter(0xFFFFFFFF).Build(), TestRules.WithCounter(0xFFFFFFFF));
            Expect(ImageVerdict.CounterTooLow, new ImageBuilder().Counter(0x7FFFFFFF).Build(), TestRules.WithCounter(0x80000000));
            Expect(ImageVerdict.Accepted, new ImageBuilder().Counter(0x80000000).Build(), TestRules.WithCounter(0x7FFFFFFF));
            Assert.AreEqual("security counter below the stored one: 7, stored is 8", VerifiedImage.Check(Holding(image), File, TestRules.WithCounter(8)).Reason);
        }

        [TestMethod]
        public void TheFirstReasonIsTheSigners()
        {
            // An image that is wrong in every way: nothing about its content is said before it is known who says it.
            var builder = new ImageBuilder { Key = TestKeys.Stranger }.Replace(Tlv.BoardType, Ascii.GetBytes("other")).Counter(0);
            Expect(ImageVerdict.UnknownKey, builder.Build(), TestRules.WithCounter(9));
        }

        [TestMethod]
        public void EveryByteIsReadOnce()
        {
            ReadOnce(new ImageBuilder().Build(), TestRules.Standard());
            ReadOnce(new ImageBuilder { HeaderSize = 512 }.Build(), TestRules.Standard());
            ReadOnce(new ImageBuilder { Payload = ImageBuilder.DotNetPayload(new byte[5000]) }.Build(), TestRules.Standard());
            ReadOnce(new ImageBuilder { Payload = ImageBuilder.DotNetPayload(new byte[1500], new byte[1], new byte[1021]) }.Build(), TestRules.Standard());
            ReadOnce(Nano(NanoFile.Of(200, 1), NanoFile.Of(1300, 2)), TestRules.Of(new P256PublicKey[] { TestKeys.Ota.PublicKey }, 1, 0));
            ReadOnce(new ImageBuilder { Payload = new byte[2000] }.Build(), TestRules.Standard());
        }

        [TestMethod]
        public void TheRulesAndFilesAreNeeded()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => VerifiedImage.Check(null, File, TestRules.Standard()));
            Assert.ThrowsException(typeof(ArgumentNullException), () => VerifiedImage.Check(new MemoryFiles(), File, null));
        }

        [TestMethod]
        public void EveryVerdictHasATokenAndAText()
        {
            for (int verdict = 1; verdict <= (int)ImageVerdict.OtherContract; verdict++)
            {
                string token = ImageVerdictText.Token((ImageVerdict)verdict);
                Assert.AreNotEqual("not-evaluated", token, verdict.ToString());
                Assert.IsTrue(token.Length <= 24);
                Assert.AreNotEqual("nothing was decided", ImageVerdictText.Text((ImageVerdict)verdict), verdict.ToString());
            }

            Assert.AreEqual("not-evaluated", ImageVerdictText.Token(ImageVerdict.NotEvaluated));
            Assert.AreEqual("nothing was decided", ImageVerdictText.Text(ImageVerdict.NotEvaluated));
        }

        private static byte[] Nano(params byte[][] assemblies)
        {
            return new ImageBuilder { Payload = ByteArray.Concat(assemblies) }.Replace(Tlv.PayloadKind, new byte[] { 1 }).Build();
        }

        private static ImageRules WithSlot(int size)
        {
            return new ImageRules(new P256PublicKey[] { TestKeys.Ota.PublicKey }, "virtual-board", 2, 0, new ImageVersion(0, 1, 0, 0), "1.17", size);
        }

        private static ImageRules Refusing(byte[] digests)
        {
            return Refusing(digests, 0);
        }

        private static ImageRules Refusing(byte[] digests, uint counter)
        {
            return new ImageRules(new P256PublicKey[] { TestKeys.Ota.PublicKey }, "virtual-board", 2, counter, new ImageVersion(0, 1, 0, 0), "1.17", 8192, digests);
        }

        private static byte[] HalfEntry(int bytes)
        {
            // The unprotected area, longer by less than an entry's head.
            byte[] image = new ImageBuilder { Trailing = new byte[bytes] }.Build();
            int area = 32 + new ImageBuilder().Payload.Length;
            int protectedSize = LittleEndian.GetUInt16(image, 10);
            int length = image.Length - area - protectedSize;
            image[area + protectedSize + 2] = (byte)length;
            image[area + protectedSize + 3] = (byte)(length >> 8);
            return image;
        }

        private static void ReadOnce(byte[] image, ImageRules rules)
        {
            for (int load = 0; load < 2; load++)
            {
                var files = new RecordingFiles(image);
                ImageCheck check = load == 0 ? VerifiedImage.Check(files, File, rules) : VerifiedImage.Load(files, File, rules);
                Assert.IsTrue(check.Verdict == ImageVerdict.Accepted || (load == 1 && check.Verdict == ImageVerdict.MalformedPayload), check.Reason);
                for (int i = 0; i < image.Length; i++)
                {
                    Assert.AreEqual(1, files.Reads[i], "byte " + i.ToString());
                }
            }
        }

        private static void Expect(ImageVerdict expected, ImageBuilder builder)
        {
            Expect(expected, builder.Build(), TestRules.Standard());
        }

        private static void Expect(ImageVerdict expected, ImageBuilder builder, string why)
        {
            ImageCheck check = Judge(builder.Build());
            Assert.AreEqual((int)expected, (int)check.Verdict, why + ": " + check.Reason);
        }

        private static void Expect(ImageVerdict expected, byte[] image, ImageRules rules)
        {
            ImageCheck check = VerifiedImage.Check(Holding(image), File, rules);
            Assert.AreEqual((int)expected, (int)check.Verdict, check.Reason);
            Assert.AreEqual(expected == ImageVerdict.Accepted, !(check.Image is null));
        }

        private static ImageCheck Judge(byte[] image)
        {
            return VerifiedImage.Check(Holding(image), File, TestRules.Standard());
        }

        private static MemoryFiles Holding(byte[] image)
        {
            var files = new MemoryFiles();
            files.Put(File, image);
            return files;
        }
    }
}
