using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>
/// A string ends at its first NUL there, so bytes never become text unless they were checked: a method that makes a string of characters or bytes says by an
/// exception why there is no NUL among them. Base 64 of no bytes is five characters of stray memory: the length is checked before.
/// </summary>
[TestClass]
public sealed class TextRule
{
    private static readonly (string Type, string Method)[] _makers =
    [
        ("System.String", ".ctor"),
        ("System.Text.Encoding", "GetString"),
        ("System.Text.UTF8Encoding", "GetString"),
        ("System.Text.StringBuilder", "Append"),
        ("System.Text.StringBuilder", "Insert"),
        ("System.Char", "ToString"),
    ];

    /// <summary>The firmware. What tests make of their own bytes is theirs.</summary>
    [TestMethod]
    public void BytesAreCheckedBeforeTheyAreText() => Expect.Nothing(Violations(Judged.Firmware));

    /// <summary>Planted: a string of characters, of bytes, a character appended, base 64 without a check; text appended, base 64 behind a check are allowed.</summary>
    [TestMethod]
    public void UncheckedTextIsSeen()
    {
        Expect.Caught(Violations(Il.Planted("Texts")), "Wrong::OfCharacters(", "Wrong::OfBytes(", "Wrong::Appended(", "Wrong::OfOne(", "Wrong::Base64(", "Wrong::Base64OfOther(");
    }

    /// <summary>What is wrong in a method, exceptions aside.</summary>
    internal static IEnumerable<string> Violations(MethodDefinition method)
    {
        return from step in Flow.Of(method)
               where step.Instruction.Operand is MethodReference && step.Instruction.OpCode.FlowControl == FlowControl.Call
               let what = Violation((MethodReference)step.Instruction.Operand, step.State)
               where what is not null
               select $"{method.FullName}: {what}";
    }

    private static IEnumerable<string> Violations(IEnumerable<TypeDefinition> types) => Judged.Methods(types, "text").SelectMany(Violations);

    private static string? Violation(MethodReference called, State state)
    {
        if (called.DeclaringType.FullName == "System.Convert" && called.Name == "ToBase64String")
        {
            string? array = state.Peek(called.Parameters.Count - 1).Place;
            return array is not null && state.Knows(array + ".length", Sign.NotZero) ? null : "base 64 of what may be no bytes";
        }

        bool isText = called.Parameters.Count > 0 && called.Parameters.All(parameter => parameter.ParameterType.FullName is "System.String");
        return _makers.Contains((called.DeclaringType.FullName, called.Name)) && !isText && IsOfCharacters(called) ? $"{called.DeclaringType.Name}.{called.Name} of characters that nothing has checked" : null;
    }

    private static bool IsOfCharacters(MethodReference called)
    {
        string[] kinds = ["System.Char", "System.Char[]", "System.Byte[]", "System.Object"];
        return called.Name == "ToString" || called.Parameters.Any(parameter => kinds.Contains(parameter.ParameterType.FullName)) || (called.DeclaringType.Name == "String" && called.Parameters.Count > 0);
    }
}
