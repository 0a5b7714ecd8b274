using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// Core decides and does nothing else: time, noise, files, lines and the network come in through ports. So Core and Core.Crypto use of the
/// platform only what a list allows.
/// </summary>
[TestClass]
public sealed class PurityRule
{
    private static readonly HashSet<string> _plain =
    [
        "System.Object", "System.String", "System.Boolean", "System.Byte", "System.SByte", "System.Char", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32",
        "System.Int64", "System.UInt64", "System.Void", "System.Array", "System.Enum", "System.ValueType", "System.Exception",
        "System.ArgumentException", "System.ArgumentNullException", "System.ArgumentOutOfRangeException", "System.InvalidOperationException", "System.NotSupportedException",
        "System.RuntimeFieldHandle", "System.Runtime.CompilerServices.RuntimeHelpers", "System.Runtime.CompilerServices.CompilerGeneratedAttribute",
        "System.Reflection.DefaultMemberAttribute", "System.FlagsAttribute",
    ];

    private static readonly HashSet<string> _core = [.. _plain, "System.Convert", "System.Collections.ArrayList", "System.Text.StringBuilder", "System.Text.Encoding"];

    /// <summary>Core: the core library's plain types, Convert, ArrayList, StringBuilder and Encoding.</summary>
    [TestMethod]
    public void CoreIsPure() => Expect.Nothing(Violations(Il.Core(), _core));

    /// <summary>Core.Crypto: the core library's plain types.</summary>
    [TestMethod]
    public void CryptoIsPure() => Expect.Nothing(Violations(Il.Types(Il.Firmware("DeviceFirmware.Core.Crypto")), _plain));

    /// <summary>The interface between platform and application brings no type of the platform's along.</summary>
    [TestMethod]
    public void TheContractIsPure() => Expect.Nothing(Violations(Il.Types(Il.Firmware("DeviceFirmware.Contract")), _plain));

    /// <summary>Planted: a clock, a file, a thread, noise, the console, the environment.</summary>
    [TestMethod]
    public void ImpurityIsSeen()
    {
        Expect.Caught(
            Violations(Il.Planted("Impure"), _core),
            "Clock(): System.DateTime",
            "Disk(): System.IO.File",
            "Wait(): System.Threading.Thread",
            "Noise(): System.Random",
            "Talk(): System.Console",
            "Ask(): System.Environment");
    }

    private static IEnumerable<string> Violations(IEnumerable<TypeDefinition> types, HashSet<string> allowed)
    {
        return from type in types
               from use in Il.UsedTypes(type)
               where !Own(Il.Outermost(use.Used).Namespace) && !allowed.Contains(use.Used.FullName)
               select $"{use.Where}: {use.Used.FullName}";
    }

    private static bool Own(string space)
    {
        return space.Length == 0 || space.StartsWith("DeviceFirmware.", StringComparison.Ordinal) || space.StartsWith("Planted.", StringComparison.Ordinal);
    }
}
