using System.Numerics;
using System.Text.Json;
using DeviceFirmware.Crypto;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>Project Wycheproof's vectors: mostly signatures and codes that must be refused.</summary>
[TestClass]
public class WycheproofTests
{
    [TestMethod]
    public void EcdsaP256Sha256P1363()
    {
        int count = ForEachTest("ecdsa_secp256r1_sha256_p1363_test.json", (group, test) =>
        {
            byte[] der = FromHex(group, "publicKeyDer");
            P256PublicKey? key = P256PublicKey.DecodeSubjectPublicKeyInfo(der, 0, der.Length);
            Assert.IsNotNull(key);
            CollectionAssert.AreEqual(FromHex(group.GetProperty("publicKey"), "uncompressed"), key.Encode());

            return Ecdsa.Verify(key, Sha256.Hash(FromHex(test, "msg")), FromHex(test, "sig"));
        });

        Console.WriteLine($"{count} signatures");
    }

    // What each flag of a refused signature must be refused for, as found by textbook arithmetic. In this format a number of 33 bytes makes
    // the signature too long, so r + n and r + 2^256 are refused for their size.
    [TestMethod]
    public void EveryRefusalHasItsReason()
    {
        Dictionary<string, string[]> reasons = new()
        {
            ["RangeCheck"] = ["size"],
            ["IntegerOverflow"] = ["size"],
            ["SignatureSize"] = ["size"],
            ["InvalidSignature"] = ["range", "equation"],
            ["ArithmeticError"] = ["size", "range", "equation", "infinity"],
            ["SmallRandS"] = ["size"],
            ["ModifiedInteger"] = ["equation"],
            ["PointDuplication"] = ["equation", "infinity"],
        };
        Dictionary<string, int> found = [];

        ForEachTest("ecdsa_secp256r1_sha256_p1363_test.json", (group, test) =>
        {
            byte[] point = FromHex(group.GetProperty("publicKey"), "uncompressed");
            string reason = Reason(point, Sha256.Hash(FromHex(test, "msg")), FromHex(test, "sig"));
            found[reason] = found.GetValueOrDefault(reason) + 1;

            if (reason.Length > 0)
            {
                foreach (JsonElement flag in test.GetProperty("flags").EnumerateArray())
                {
                    CollectionAssert.Contains(reasons[flag.GetString()!], reason, $"tcId {test.GetProperty("tcId")}");
                }
            }

            if (test.GetProperty("comment").GetString() == "point at infinity during verify")
            {
                Assert.AreEqual("infinity", reason);
            }

            return reason.Length == 0;
        });

        Assert.AreEqual("173 valid, 21 size, 50 range, 13 equation, 5 infinity", $"{found[""]} valid, {found["size"]} size, {found["range"]} range, {found["equation"]} equation, {found["infinity"]} infinity");
    }

    [TestMethod]
    public void HmacSha256Tags()
    {
        int count = ForEachTest("hmac_sha256_test.json", (group, test) =>
        {
            int tagSize = group.GetProperty("tagSize").GetInt32() / 8;
            byte[] code = HmacSha256.Mac(FromHex(test, "key"), FromHex(test, "msg"));

            return FixedTime.AreEqual(FromHex(test, "tag"), code[..tagSize]);
        });

        Console.WriteLine($"{count} tags");
    }

    // Runs every test of every group and holds the verdict against the vector's.
    private static int ForEachTest(string fileName, Func<JsonElement, JsonElement, bool> isValid)
    {
        string? path = SharedVectors.Find(fileName);

        if (path is null)
        {
            Assert.Inconclusive($"There is no shared/vectors/{fileName} above the test assembly.");
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        int count = 0;

        foreach (JsonElement group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                string expected = test.GetProperty("result").GetString()!;
                string actual = isValid(group, test) ? "valid" : "invalid";
                Assert.AreEqual(expected, actual, $"tcId {test.GetProperty("tcId")}: {test.GetProperty("comment")}");
                count++;
            }
        }

        Assert.AreEqual(document.RootElement.GetProperty("numberOfTests").GetInt32(), count);

        return count;
    }

    // FIPS 186-5 §6.4.2, step by step; empty when the signature is right.
    private static string Reason(byte[] point, byte[] hash, byte[] signature)
    {
        if (signature.Length != 64)
        {
            return "size";
        }

        BigInteger n = ReferenceP256.N;
        BigInteger r = ReferenceP256.FromBytes(signature[..32]);
        BigInteger s = ReferenceP256.FromBytes(signature[32..]);

        if (r.IsZero || s.IsZero || r >= n || s >= n)
        {
            return "range";
        }

        BigInteger inverse = ReferenceP256.Inverse(s, n);
        ReferenceP256.Point key = new(ReferenceP256.FromBytes(point[1..33]), ReferenceP256.FromBytes(point[33..]));
        ReferenceP256.Point? sum = ReferenceP256.Add(
            ReferenceP256.Multiply(ReferenceP256.FromBytes(hash) * inverse % n, ReferenceP256.G),
            ReferenceP256.Multiply(r * inverse % n, key));

        return sum is null ? "infinity" : sum.X % n == r ? "" : "equation";
    }

    private static byte[] FromHex(JsonElement element, string property) => Convert.FromHexString(element.GetProperty(property).GetString()!);
}
