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

    private static byte[] FromHex(JsonElement element, string property) => Convert.FromHexString(element.GetProperty(property).GetString()!);
}
