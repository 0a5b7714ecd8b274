using System.Numerics;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>Numbers of 256 bits at which limb arithmetic goes wrong when it does: next to the moduli, and full of carries.</summary>
internal static class EdgeNumbers
{
    internal static IEnumerable<BigInteger> All()
    {
        BigInteger limit = BigInteger.One << 256;
        BigInteger p = ReferenceP256.P;
        BigInteger n = ReferenceP256.N;
        HashSet<BigInteger> numbers = [];

        foreach (BigInteger center in new[] { 0, p, n, limit, p / 2, n / 2, limit - p, limit - n })
        {
            for (int distance = -4; distance <= 4; distance++)
            {
                numbers.Add(center + distance);
            }
        }

        for (int bit = 31; bit < 256; bit += 32)
        {
            for (int distance = -1; distance <= 1; distance++)
            {
                numbers.Add((BigInteger.One << bit) + distance);
                numbers.Add((BigInteger.One << (bit + 1)) + distance);
                numbers.Add(limit - (BigInteger.One << bit) + distance);
            }
        }

        string[] patterns = ["FFFFFFFF00000000", "00000000FFFFFFFF", "80000000", "7FFFFFFF", "AAAAAAAA", "00000001", "FFFFFFFE", "0000FFFF"];

        foreach (string pattern in patterns)
        {
            numbers.Add(ReferenceP256.FromHex(string.Concat(Enumerable.Repeat(pattern, 64 / pattern.Length))));
        }

        return numbers.Where(number => number.Sign >= 0 && number < limit).Order();
    }
}
