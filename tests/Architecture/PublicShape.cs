using System.Globalization;
using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// The public members of an assembly, one a line, in the notation of the lists of nanoFramework's packages: what a caller compiled against
/// the assembly can see.
/// </summary>
internal static class PublicShape
{
    private static readonly Dictionary<string, string> _keywords = new()
    {
        ["System.Object"] = "object",
        ["System.String"] = "string",
        ["System.Boolean"] = "bool",
        ["System.Byte"] = "byte",
        ["System.SByte"] = "sbyte",
        ["System.Int16"] = "short",
        ["System.UInt16"] = "ushort",
        ["System.Int32"] = "int",
        ["System.UInt32"] = "uint",
        ["System.Int64"] = "long",
        ["System.UInt64"] = "ulong",
        ["System.Char"] = "char",
        ["System.Single"] = "float",
        ["System.Double"] = "double",
        ["System.Void"] = "void",
    };

    /// <summary>Every public type of the assembly.</summary>
    public static Dictionary<string, ShapeOfType> Read(string assemblyFile)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(assemblyFile);
        return AllTypes(module.Types).ToDictionary(type => type.FullName.Replace('/', '.'), Describe);
    }

    private static IEnumerable<TypeDefinition> AllTypes(IEnumerable<TypeDefinition> types)
    {
        return types.Where(t => t.IsPublic || t.IsNestedPublic).SelectMany(t => AllTypes(t.NestedTypes).Prepend(t));
    }

    private static ShapeOfType Describe(TypeDefinition type)
    {
        string kind = Kind(type);
        string? baseName = kind is "class" && type.BaseType is not null ? Name(type.BaseType) : null;
        return new ShapeOfType(kind == "class" ? Modifier(type) + kind : kind, baseName == "object" ? null : baseName,
            [.. type.Interfaces.Select(i => Name(i.InterfaceType))], [.. Members(type, kind)]);
    }

    private static string Kind(TypeDefinition type)
    {
        return type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.BaseType?.FullName == "System.MulticastDelegate" ? "delegate"
            : type.BaseType?.FullName == "System.ValueType" && type.FullName != "System.Enum" ? "struct"
            : "class";
    }

    private static string Modifier(TypeDefinition type)
    {
        return type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
    }

    private static IEnumerable<string> Members(TypeDefinition type, string kind)
    {
        if (kind == "enum")
        {
            return type.Fields.Where(f => f.IsLiteral).Select(f => $"{f.Name} = {Constant(f.Constant)}");
        }

        if (kind == "delegate")
        {
            return type.Methods.Where(m => m.Name == "Invoke").Select(m => Method(type, m));
        }

        return type.Fields.Where(f => IsVisible(f.Attributes)).Select(Field)
            .Concat(type.Properties.Where(p => Accessors(p).Any()).Select(Property))
            .Concat(type.Events.Where(e => IsVisible(e.AddMethod)).Select(e => $"event {Name(e.EventType)} {e.Name}"))
            .Concat(type.Methods.Where(m => IsVisible(m) && m.SemanticsAttributes is MethodSemanticsAttributes.None && !m.Overrides.Any(IsExplicit) && m.Name != ".cctor")
                .Select(m => Method(type, m)));
    }

    private static bool IsExplicit(MethodReference overridden) => overridden.Name != "Finalize";

    private static bool IsVisible(FieldAttributes attributes)
    {
        return (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family;
    }

    private static bool IsVisible(MethodDefinition method) => method.IsPublic || method.IsFamily;

    private static IEnumerable<MethodDefinition> Accessors(PropertyDefinition property)
    {
        return new[] { property.GetMethod, property.SetMethod }.Where(m => m is not null && IsVisible(m));
    }

    private static string Field(FieldDefinition field)
    {
        return field.IsLiteral
            ? $"const {Name(field.FieldType)} {field.Name} = {Constant(field.Constant)}"
            : $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}";
    }

    private static string Property(PropertyDefinition property)
    {
        string index = property.HasParameters ? "[" + string.Join(", ", property.Parameters.Select(p => Name(p.ParameterType))) + "]" : "";
        string accessors = string.Concat(Accessors(property).Select(m => m.IsGetter ? "get; " : "set; "));
        string prefix = Accessors(property).First().IsStatic ? "static " : "";
        return $"{prefix}{Name(property.PropertyType)} {property.Name}{index} {{ {accessors}}}";
    }

    private static string Method(TypeDefinition type, MethodDefinition method)
    {
        string prefix = method.IsFamily ? "protected " : "";
        bool isPlain = method.IsStatic || method.DeclaringType.IsInterface || !method.IsVirtual;
        prefix += method.IsStatic ? "static " : isPlain ? "" : method.IsAbstract ? "abstract " : "virtual ";
        string parameters = string.Join(", ", method.Parameters.Select(Parameter));
        return method.IsConstructor ? $"{prefix}{type.Name}({parameters})" : $"{prefix}{Name(method.ReturnType)} {method.Name}({parameters})";
    }

    private static string Parameter(ParameterDefinition parameter)
    {
        return $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasConstant || parameter.IsOptional ? " = " + Constant(parameter.Constant) : "")}";
    }

    private static string Constant(object? value)
    {
        return value switch
        {
            null => "null",
            char c when char.IsControl(c) || c == char.MaxValue => $"\\u{(int)c:x4}",
            bool b => b ? "True" : "False",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
    }

    private static string Name(TypeReference type)
    {
        if (type is ByReferenceType reference)
        {
            return "ref " + Name(reference.ElementType);
        }

        if (type is ArrayType array)
        {
            return Name(array.ElementType) + "[]";
        }

        string name = type.FullName.Replace('/', '.');
        return _keywords.GetValueOrDefault(name, name);
    }
}

/// <summary>One public type.</summary>
/// <param name="Kind">For example <c>sealed class</c>.</param>
/// <param name="Base">Base class; null for object.</param>
/// <param name="Interfaces">Interfaces it declares.</param>
/// <param name="Members">Its public and protected members, one a line.</param>
internal sealed record ShapeOfType(string Kind, string? Base, string[] Interfaces, string[] Members);
