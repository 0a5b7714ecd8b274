using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// No static state in Core, Core.Crypto and Contract: constants, and read-only numbers and strings. A static array is copied to the heap when it is
/// first used and stays there; static constructors run before Main in the order of names.
/// </summary>
[TestClass]
public sealed class StaticStateRule
{
    /// <summary>The assemblies that must have none.</summary>
    [TestMethod]
    [DataRow("DeviceFirmware.Core")]
    [DataRow("DeviceFirmware.Core.Operation")]
    [DataRow("DeviceFirmware.Core.Crypto")]
    [DataRow("DeviceFirmware.Contract")]
    public void NoStaticState(string assembly) => Expect.Nothing(Violations(Il.Types(Il.Firmware(assembly))));

    /// <summary>Planted: a counter, an array, an object; a constant and a read-only number beside them are allowed.</summary>
    [TestMethod]
    public void StaticStateIsSeen()
    {
        Expect.Caught(Violations(Il.Planted("Static")), "Stateful::Counter", "Stateful::_table", "Stateful::_lock", "Stateful::<Cache>k__BackingField");
    }

    private static IEnumerable<string> Violations(IEnumerable<TypeDefinition> types)
    {
        return from type in types
               where !type.IsEnum
               from field in type.Fields
               where field.IsStatic && !field.IsLiteral && !(field.IsInitOnly && (field.FieldType.IsPrimitive || field.FieldType.FullName == "System.String"))
               select $"{field.FullName}: static {(field.FieldType.IsArray ? "array" : "state")}";
    }
}
