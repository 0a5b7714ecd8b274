using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>
/// The methods that are right although a rule refuses them, each with the reason. A table and no attribute: the platform's Conditional is for methods only, so that an
/// attribute, with its reason, would be stored on every board.
/// </summary>
internal static class Exceptions
{
    internal static readonly Exception[] All =
    [
        new("text", "DeviceFirmware.Bytes.Ascii::GetString", "every byte was found printable"),
        new("text", "DeviceFirmware.Bytes.Hex::Encode", "the characters are hexadecimal digits"),
        new("text", "DeviceFirmware.Bytes.Pem::Decode", "every character was found to be a digit of base 64"),
        new("text", "DeviceFirmware.Connect.JsonObject::Text", "what is not printable becomes a question mark"),
        new("text", "DeviceFirmware.Slots.Slot::Printable", "what is not printable becomes a question mark"),
        new("text", "DeviceFirmware.Provisioning.SerialFrameReader::TakeText", "only printable bytes come into the line"),
        new("text", "DeviceFirmware.Esp32.BoardSettings::BoardType", "what is no letter or digit becomes a hyphen"),
        new("text", "DeviceFirmware.Esp32.Esp32Board::StationAddress", "the characters are hexadecimal digits"),
        new("division", "DeviceFirmware.Crypto.ModularInverse::Invert", "each divisor was found above the least number of 62 bits just before, or is the remainder that was"),
        new("division", "DeviceFirmware.Crypto.ModularInverse::SubtractShifted", "a limb that is not negative, plus 1"),
    ];

    /// <summary>One method and one rule.</summary>
    internal sealed record Exception(string Rule, string Method, string Reason)
    {
        /// <summary>True when it is about that.</summary>
        public bool Excuses(MethodDefinition method, string rule) => rule == Rule && IsOf(method);

        /// <summary>True for the method and its overloads.</summary>
        public bool IsOf(MethodDefinition method) => $"{method.DeclaringType.FullName}::{method.Name}" == Method;
    }
}
