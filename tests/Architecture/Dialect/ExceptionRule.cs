namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>An exception from the dialect's rules has a reason, is needed, and costs the board nothing: the attribute is compiled into what is judged only.</summary>
[TestClass]
public sealed class ExceptionRule
{
    private static readonly string[] _rules = ["signedness", "division", "text", "runtime"];

    /// <summary>The test's output.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>Each names a rule and says why in a sentence.</summary>
    [TestMethod]
    public void ExceptionsHaveReasons()
    {
        var exceptions = Judged.Exceptions(Judged.Firmware).ToArray();
        Assert.IsNotEmpty(exceptions, "the attribute is not compiled into what is judged");
        foreach (var exception in exceptions.DistinctBy(e => e.Method.FullName + e.Rule))
        {
            TestContext.WriteLine($"{exception.Rule,-10} {exception.Method.DeclaringType.Name}.{exception.Method.Name}: {exception.Reason}");
        }

        Expect.Nothing(exceptions.Where(e => !_rules.Contains(e.Rule) || e.Reason.Split(' ').Length < 4).Select(e => $"{e.Method.FullName}: \"{e.Rule}\", \"{e.Reason}\""));
    }

    /// <summary>One that excuses nothing is to go.</summary>
    [TestMethod]
    public void ExceptionsAreNeeded()
    {
        Expect.Nothing(Judged.Exceptions(Judged.Firmware).Where(e => !Excuses(e.Rule, e.Method)).Select(e => $"{e.Method.FullName}: nothing to excuse"));
    }

    /// <summary>The release build is one: its code is smaller.</summary>
    [TestMethod]
    public void TheReleaseIsOptimized()
    {
        static int Size(List<Mono.Cecil.ModuleDefinition> modules) => modules.SelectMany(Il.Types).SelectMany(type => type.Methods).Where(method => method.HasBody).Sum(method => method.Body.CodeSize);
        Assert.IsLessThan(Size(Il.Firmware()), Size(Il.FirmwareRelease()));
    }

    /// <summary>Without the symbol that only the build against NanoApi defines, the attribute is not compiled in.</summary>
    [TestMethod]
    public void TheBoardHasNone()
    {
        Assert.Contains("DIALECT_EXCEPTIONS", Repository.Tree["nanoFramework.props"]);
        Assert.Contains("Conditional(\"DIALECT_EXCEPTIONS\")", Repository.Tree["firmware/Core/Bytes/DialectExceptionAttribute.cs"]);
    }

    private static bool Excuses(string rule, Mono.Cecil.MethodDefinition method)
    {
        return rule switch
        {
            "signedness" => SignednessRule.Violations(method).Any(),
            "division" => DivisionRule.Violations(method).Any(),
            "text" => TextRule.Violations(method).Any(),
            _ => RuntimeRule.Violations(method).Any(),
        };
    }
}
