namespace DeviceFirmware.HostTests.Crypto;

/// <summary>Random test inputs that can be had again: set CRYPTO_TEST_SEED to the seed that a failing run printed.</summary>
internal static class Seed
{
    internal static Random NewRandom()
    {
        string? given = Environment.GetEnvironmentVariable("CRYPTO_TEST_SEED");
        int seed = given is null ? Random.Shared.Next() : int.Parse(given, System.Globalization.CultureInfo.InvariantCulture);
        Console.WriteLine($"CRYPTO_TEST_SEED={seed}");

        return new Random(seed);
    }

    internal static byte[] NextBytes(this Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);

        return bytes;
    }
}
