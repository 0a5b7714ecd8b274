using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>A verdict nobody came to refuses: the zero value of each verdict and result is NotEvaluated.</summary>
[TestClass]
public sealed class VerdictRule
{
    /// <summary>Every enum of firmware and tools that is called a verdict or a result.</summary>
    [TestMethod]
    public void EveryVerdictStartsNotEvaluated()
    {
        TypeDefinition[] verdicts = [.. Il.Firmware().Concat(Il.Tools()).SelectMany(Il.Types).Where(IsVerdict)];
        string[] names = [.. verdicts.Select(type => type.Name).Distinct()];
        foreach (string known in (string[])["ImageVerdict", "SlotVerdict", "CertificateVerdict", "TlsVerdict", "CommandVerdict", "UpdateVerdict", "TimeVerdict", "BrokerConnectResult", "CsrVerdict", "ClientVerdict"])
        {
            Assert.Contains(known, names);
        }

        Expect.Nothing(Violations(verdicts));
    }

    /// <summary>Planted: no NotEvaluated, one that is not zero, one that says yes at zero; a nested one too.</summary>
    [TestMethod]
    public void AnotherZeroIsSeen()
    {
        Expect.Caught(
            Violations(Il.Planted("Verdicts").Where(IsVerdict)),
            "YesVerdict: zero is Accepted",
            "ShiftedResult: zero is nothing",
            "Holder/InnerVerdict: zero is Refused",
            "TwinVerdict: zero is NotEvaluated, Accepted");
    }

    private static bool IsVerdict(TypeDefinition type)
    {
        return type.IsEnum && (type.Name.EndsWith("Verdict", StringComparison.Ordinal) || type.Name.EndsWith("Result", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Violations(IEnumerable<TypeDefinition> verdicts)
    {
        foreach (TypeDefinition verdict in verdicts)
        {
            string[] zeros = [.. verdict.Fields.Where(field => field.HasConstant && Convert.ToInt64(field.Constant, null) == 0).Select(field => field.Name)];
            if (zeros is not ["NotEvaluated"])
            {
                yield return $"{verdict.FullName}: zero is {(zeros.Length == 0 ? "nothing" : string.Join(", ", zeros))}";
            }
        }
    }
}
