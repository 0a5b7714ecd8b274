using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>
/// The code that the dialect's rules judge: the firmware as the solution builds it and as a release build does, which keeps values on the stack that a
/// debug build stores; and the tests that run on the platform too.
/// </summary>
internal static class Judged
{
    /// <summary>The firmware, debug and release.</summary>
    public static TypeDefinition[] Firmware { get; } = [.. Il.Firmware().Concat(Il.FirmwareRelease()).SelectMany(Il.Types)];

    /// <summary>The firmware and the tests of the platform's test adapter.</summary>
    public static TypeDefinition[] All { get; } = [.. Firmware, .. Il.NanoTests().Values.SelectMany(Il.Types)];

    /// <summary>The methods with code, less those with an exception from this rule.</summary>
    public static IEnumerable<MethodDefinition> Methods(IEnumerable<TypeDefinition> types, string rule)
    {
        return types.SelectMany(type => type.Methods).Where(method => method.HasBody && !HasException(method, rule));
    }

    private static bool HasException(MethodDefinition method, string rule) => Exceptions.All.Any(exception => exception.Excuses(method, rule));
}
