using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>An exception from the dialect's rules excuses something that is there.</summary>
[TestClass]
public sealed class ExceptionRule
{
    /// <summary>One that excuses nothing is to go.</summary>
    [TestMethod]
    public void ExceptionsAreNeeded()
    {
        MethodDefinition[] methods = [.. Judged.Firmware.SelectMany(type => type.Methods).Where(method => method.HasBody)];
        Expect.Nothing(Exceptions.All.Where(exception => !methods.Where(exception.IsOf).Any(method => Violations(exception.Rule, method).Any())).Select(exception => $"{exception.Method}: nothing to excuse from {exception.Rule}"));
    }

    /// <summary>The release build is one: its code is smaller.</summary>
    [TestMethod]
    public void TheReleaseIsOptimized()
    {
        static int Size(List<ModuleDefinition> modules) => modules.SelectMany(Il.Types).SelectMany(type => type.Methods).Where(method => method.HasBody).Sum(method => method.Body.CodeSize);
        Assert.IsLessThan(Size(Il.Firmware()), Size(Il.FirmwareRelease()));
    }

    private static IEnumerable<string> Violations(string rule, MethodDefinition method)
    {
        return rule switch
        {
            "signedness" => SignednessRule.Violations(method),
            "division" => DivisionRule.Violations(method),
            "text" => TextRule.Violations(method),
            "runtime" => RuntimeRule.Violations(method),
            _ => [],
        };
    }
}
