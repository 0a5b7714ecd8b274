namespace DeviceFirmware.Tests.Architecture;

/// <summary>What a rule found is what it should have found.</summary>
internal static class Expect
{
    /// <summary>The rule holds.</summary>
    public static void Nothing(IEnumerable<string> violations)
    {
        string[] found = [.. violations.Distinct()];
        Assert.IsEmpty(found, string.Join('\n', found));
    }

    /// <summary>A planted violation is caught: each of these texts in a finding of its own, and no other finding.</summary>
    public static void Caught(IEnumerable<string> violations, params string[] texts)
    {
        string[] found = [.. violations.Distinct()];
        foreach (string text in texts)
        {
            Assert.ContainsSingle(found.Where(violation => violation.Contains(text, StringComparison.Ordinal)), text + " in:\n" + string.Join('\n', found));
        }

        Assert.HasCount(texts.Length, found, string.Join('\n', found));
    }
}
