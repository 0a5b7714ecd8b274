using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>What is known of one value on the evaluation stack.</summary>
/// <param name="IsUnsigned">The interpreter may hold it as UInt32 or UInt64, whatever C# calls it.</param>
/// <param name="Type">Its type where that is declared: of a local, parameter, field, result.</param>
/// <param name="Constant">Its value, when it is a constant.</param>
/// <param name="Place">Where it was loaded from and still is: <c>L1</c>, <c>A0</c>, <c>A0.length</c>.</param>
/// <param name="WhenTrue">What is known where a branch on it goes as for true.</param>
/// <param name="WhenFalse">What is known where a branch on it goes as for false.</param>
internal sealed record Value(bool IsUnsigned = false, TypeReference? Type = null, long? Constant = null, string? Place = null, Fact? WhenTrue = null, Fact? WhenFalse = null)
{
    /// <summary>Nothing is known.</summary>
    public static Value Unknown { get; } = new();

    /// <summary>A value of a declared type.</summary>
    public static Value Of(TypeReference type, string? place = null)
    {
        return new Value(IsUnsignedType(type), type, Place: place, WhenTrue: place is null ? null : new Fact(place, Sign.NotZero));
    }

    /// <summary>A constant.</summary>
    public static Value Number(long number) => new(Constant: number);

    /// <summary>True for the types that the interpreter holds as UInt32 and UInt64; the smaller ones become Int32 when they are loaded.</summary>
    public static bool IsUnsignedType(TypeReference? type) => Underlying(type) is "System.UInt32" or "System.UInt64" or "System.UIntPtr";

    /// <summary>True for the types whose values are expected to be held as Int32 or Int64.</summary>
    public static bool IsSignedType(TypeReference? type) => Underlying(type) is "System.Int32" or "System.Int64" or "System.Int16" or "System.SByte" or "System.IntPtr";

    /// <summary>What is known of a value that comes from either of two ways.</summary>
    public Value Join(Value other)
    {
        return this == other
            ? this
            : new Value(
                IsUnsigned || other.IsUnsigned,
                Type?.FullName == other.Type?.FullName ? Type : null,
                Constant == other.Constant ? Constant : null,
                Place == other.Place ? Place : null,
                Either(WhenTrue, Constant == 0, other.WhenTrue, other.Constant == 0),
                Either(WhenFalse, Constant is not (0 or null), other.WhenFalse, other.Constant is not (0 or null)));
    }

    /// <summary>Without what was known of a place that is written to.</summary>
    public Value Without(string place)
    {
        return Touches(Place, place) || Touches(WhenTrue?.Place, place) || Touches(WhenFalse?.Place, place)
            ? this with
            {
                Place = Touches(Place, place) ? null : Place,
                WhenTrue = Touches(WhenTrue?.Place, place) ? null : WhenTrue,
                WhenFalse = Touches(WhenFalse?.Place, place) ? null : WhenFalse,
            }
            : this;
    }

    /// <summary>True when what is at one place goes with a write to another.</summary>
    public static bool Touches(string? known, string place) => known is not null && (known == place || known.StartsWith(place + ".", StringComparison.Ordinal));

    /// <summary>What both ways show; a way that never goes there shows whatever the other does.</summary>
    private static Fact? Either(Fact? one, bool isNeverOne, Fact? other, bool isNeverOther) => isNeverOne ? other : isNeverOther || one == other ? one : null;

    private static string? Underlying(TypeReference? type)
    {
        return type is not null && !type.IsArray && !type.IsByReference && Resolve(type) is { IsEnum: true } definition ? definition.Fields.First(field => !field.IsStatic).FieldType.FullName : type?.FullName;
    }

    private static TypeDefinition? Resolve(TypeReference type) => type as TypeDefinition ?? (type.IsPrimitive || !type.IsValueType ? null : type.Module.GetType(type.FullName));
}

/// <summary>What a branch has shown of the number at a place.</summary>
internal sealed record Fact(string Place, Sign Sign);

/// <summary>What is known of a number's sign.</summary>
internal enum Sign
{
    /// <summary>Not zero.</summary>
    NotZero,

    /// <summary>Above zero.</summary>
    Positive,
}
