using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>A use of a type or member: where, and what.</summary>
internal sealed record Use<T>(MethodDefinition Method, T Used);

/// <summary>Compiled code, read and not run.</summary>
internal static class Il
{
    /// <summary>The firmware's assemblies as the fallback build made them.</summary>
    public static List<ModuleDefinition> Firmware() => Read("firmware", 9);

    /// <summary>The same, built as a release.</summary>
    public static List<ModuleDefinition> FirmwareRelease() => Read("release", 9);

    /// <summary>The tests for the platform's test adapter, by project.</summary>
    public static Dictionary<string, ModuleDefinition> NanoTests()
    {
        return Files("tests", 5).ToDictionary(file => Path.GetFileNameWithoutExtension(file), Open);
    }

    /// <summary>The same tests for .NET.</summary>
    public static ModuleDefinition HostTests() => Open(Path.Combine(AppContext.BaseDirectory, "read", "DeviceFirmware.Core.Tests.dll"));

    /// <summary>The tools' assemblies; virtual-board has the firmware compiled in.</summary>
    public static List<ModuleDefinition> Tools() => [.. Read("tools", 8), Beside("DeviceFirmware.NanoSim.Host")];

    /// <summary>The platform's signatures.</summary>
    public static ModuleDefinition NanoApi() => Open(Path.Combine(AppContext.BaseDirectory, "read", "NanoApi.dll"));

    /// <summary>Core's stages, both assemblies of them.</summary>
    public static TypeDefinition[] Core() => [.. Types(Firmware("DeviceFirmware.Core")), .. Types(Firmware("DeviceFirmware.Core.Operation"))];

    /// <summary>One assembly of the firmware.</summary>
    public static ModuleDefinition Firmware(string name) => Firmware().Single(module => module.Assembly.Name.Name == name);

    /// <summary>An assembly that the tests also run.</summary>
    public static ModuleDefinition Beside(string name) => Open(Path.Combine(AppContext.BaseDirectory, name + ".dll"));

    /// <summary>This assembly, for the examples planted in it.</summary>
    public static ModuleDefinition Tests() => Open(typeof(Il).Assembly.Location);

    /// <summary>The planted types of one namespace.</summary>
    public static TypeDefinition[] Planted(string name)
    {
        return [.. Types(Tests()).Where(type => Outermost(type).Namespace == "Planted." + name)];
    }

    /// <summary>Every type of a module that somebody wrote, nested ones too.</summary>
    public static IEnumerable<TypeDefinition> Types(ModuleDefinition module)
    {
        return module.Types.Where(type => !type.Name.StartsWith('<')).SelectMany(WithNested);
    }

    /// <summary>Every instruction of these types that names a type or member.</summary>
    public static IEnumerable<Use<MemberReference>> Operands(IEnumerable<TypeDefinition> types)
    {
        return from type in types
               from method in type.Methods
               where method.HasBody
               from instruction in method.Body.Instructions
               where instruction.Operand is MemberReference
               select new Use<MemberReference>(method, (MemberReference)instruction.Operand);
    }

    /// <summary>Every type a type uses, with the place.</summary>
    public static IEnumerable<(string Where, TypeReference Used)> UsedTypes(TypeDefinition type)
    {
        string at = type.FullName;
        IEnumerable<(string, TypeReference?)> uses =
        [
            (at, type.BaseType),
            .. type.Interfaces.Select(i => (at, i.InterfaceType)),
            .. type.CustomAttributes.Select(a => (at, a.AttributeType)),
            .. type.Fields.Select(f => (f.FullName, f.FieldType)),
            .. type.Methods.SelectMany(MethodTypes).Select(use => (use.Where, (TypeReference?)use.Used)),
        ];
        return uses.Where(use => use.Item2 is not null).SelectMany(use => Parts(use.Item2!).Select(part => (use.Item1, part)));
    }

    /// <summary>The type around a nested one, or the type itself.</summary>
    public static T Outermost<T>(T type)
        where T : TypeReference
    {
        TypeReference outer = type;
        while (outer.DeclaringType is not null)
        {
            outer = outer.DeclaringType;
        }

        return (T)outer;
    }

    /// <summary>Name of the type that encloses a method's code.</summary>
    public static string Home(MethodDefinition method) => Outermost(method.DeclaringType).FullName;

    /// <summary>A type reference taken apart: elements of arrays, arguments of generics.</summary>
    public static IEnumerable<TypeReference> Parts(TypeReference type)
    {
        return type switch
        {
            GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
            TypeSpecification specification => Parts(specification.ElementType),
            GenericParameter => [],
            _ => [type],
        };
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static IEnumerable<(string Where, TypeReference Used)> MethodTypes(MethodDefinition method)
    {
        IEnumerable<TypeReference?> types =
        [
            method.ReturnType,
            .. method.Parameters.Select(p => p.ParameterType),
            .. method.CustomAttributes.Select(a => a.AttributeType),
        ];
        if (method.HasBody)
        {
            types = types
                .Concat(method.Body.Variables.Select(v => v.VariableType))
                .Concat(method.Body.ExceptionHandlers.Select(h => h.CatchType))
                .Concat(method.Body.Instructions.SelectMany(OperandTypes));
        }

        return types.Where(t => t is not null).Select(t => (method.FullName, t!));
    }

    private static IEnumerable<TypeReference> OperandTypes(Instruction instruction)
    {
        return instruction.Operand switch
        {
            TypeReference type => [type],
            FieldReference field => [field.DeclaringType, field.FieldType],
            MethodReference method => [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(p => p.ParameterType)],
            _ => [],
        };
    }

    /// <summary>The assemblies of a folder of those that are read, in order.</summary>
    public static string[] Files(string folder, int atLeast)
    {
        string[] files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "read", folder), "*.dll");
        Assert.IsGreaterThanOrEqualTo(atLeast, files.Length, "assemblies to judge in read/" + folder);
        return [.. files.Order(StringComparer.Ordinal)];
    }

    private static List<ModuleDefinition> Read(string folder, int atLeast) => [.. Files(folder, atLeast).Select(Open)];

    private static ModuleDefinition Open(string file) => ModuleDefinition.ReadModule(file, new ReaderParameters { InMemory = true });
}
