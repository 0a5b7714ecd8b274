using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>
/// A division by zero throws a plain Exception, for doubles too, and the smallest number by -1 kills the virtual CLR. So a divisor is a constant, or a check
/// before it has shown that it is not zero; above zero when it is signed.
/// </summary>
[TestClass]
public sealed class DivisionRule
{
    /// <summary>The firmware and its tests.</summary>
    [TestMethod]
    public void DivisorsAreChecked() => Expect.Nothing(Violations(Judged.All));

    /// <summary>Planted: divisors that are not checked, checked too late, checked for less than is needed, changed after the check.</summary>
    [TestMethod]
    public void AnUncheckedDivisorIsSeen()
    {
        Expect.Caught(
            Violations(Il.Planted("Division")),
            "Wrong::Plain(", "Wrong::Unsigned(", "Wrong::Remainder(", "Wrong::TooLate(", "Wrong::OneWay(", "Wrong::MinusOne(", "Wrong::Changed(", "Wrong::ByAddress(", "Wrong::Narrowed(", "Wrong::Real(");
    }

    /// <summary>What is wrong in a method, exceptions aside.</summary>
    internal static IEnumerable<string> Violations(MethodDefinition method)
    {
        return from step in Flow.Of(method)
               let what = Violation(step.Instruction.OpCode.Code, step.State)
               where what is not null
               select $"{method.FullName}: {what}";
    }

    private static IEnumerable<string> Violations(IEnumerable<TypeDefinition> types) => Judged.Methods(types, "division").SelectMany(Violations);

    private static string? Violation(Code code, State state)
    {
        return code switch
        {
            Code.Div_Un or Code.Rem_Un when !state.IsNotZero(state.Peek(0)) => "a divisor that may be zero",
            Code.Div or Code.Rem when state.Peek(0).Constant is 0 or -1 => "a divisor that may be zero or -1",
            Code.Div or Code.Rem when state.Peek(0).Constant is null && !state.IsPositive(state.Peek(0)) => "a divisor that may be zero or -1",
            _ => null,
        };
    }
}
