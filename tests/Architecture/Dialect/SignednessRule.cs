using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>
/// The interpreter remembers of each value whether it is unsigned. A cast from uint to int or from ulong to long emits no IL, so the value stays unsigned, and
/// what then asks for a signed one - a shift to the right, a remainder, a widening, a parameter, a result - gets another number.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class SignednessRule
{
    private static readonly ILookup<string, MethodDefinition> _bodies = Judged.All.Concat(Il.Planted("Signedness")).SelectMany(type => type.Methods).Where(method => method.HasBody).ToLookup(Signature);
    private static readonly Dictionary<(MethodDefinition Method, int Parameter), bool> _needs = [];

    /// <summary>The firmware and its tests.</summary>
    [TestMethod]
    public void SignedOperationsGetSignedValues() => Expect.Nothing(Violations(Judged.All));

    /// <summary>Planted: each way to a wrong number that was seen on the platform; and beside them each that is right there.</summary>
    [TestMethod]
    public void AnUnsignedValueIsSeen()
    {
        Expect.Caught(
            Violations(Il.Planted("Signedness")),
            "Wrong::Shift(", "Wrong::ShiftLong(", "Wrong::Remainder(", "Wrong::Widen(", "Wrong::Result(", "Wrong::Argument(", "Wrong::HandedOn(", "Wrong::ToThePlatform(", "Wrong::Either(", "Wrong::Element(", "Wrong::LongElement(",
            "Wrong::Borrow(", "Wrong::Negated(", "Wrong::OfByte(", "Wrong::Real(", "Wrong::Field(", "Wrong::Called(");
    }

    /// <summary>What is wrong in a method, exceptions aside.</summary>
    internal static IEnumerable<string> Violations(MethodDefinition method) => Violations(method, []);

    private static IEnumerable<string> Violations(IEnumerable<TypeDefinition> types) => Judged.Methods(types, "signedness").SelectMany(Violations);

    private static IEnumerable<string> Violations(MethodDefinition method, ParameterDefinition[] unsignedParameters)
    {
        return from step in Flow.Of(method, unsignedParameters)
               let what = Violation(method, step.Instruction, step.State)
               where what is not null
               select $"{method.FullName}: {what}";
    }

    private static string? Violation(MethodDefinition method, Instruction instruction, State state)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Shr or Code.Rem when state.Peek(1).IsUnsigned:
                return instruction.OpCode.Name + " of a value that is unsigned there";
            case Code.Conv_I8 or Code.Conv_R4 or Code.Conv_R8 when state.Peek(0).IsUnsigned:
                return instruction.OpCode.Name + " of a value that is unsigned there";
            case Code.Ret when state.Depth > 0 && state.Peek(0).IsUnsigned && Value.IsSignedType(method.ReturnType):
                return "the result is unsigned there";
            case Code.Call or Code.Callvirt or Code.Newobj:
                MethodReference called = (MethodReference)instruction.Operand;
                (TypeReference Type, Value Value)[] arguments = Flow.Arguments(called, state);
                int wrong = Array.FindIndex(arguments, argument => Value.IsSignedType(argument.Type) && argument.Value.IsUnsigned);
                return wrong >= 0 && NeedsSigned(called, wrong) ? $"argument {wrong + 1} of {called.Name} is unsigned there" : null;
            default:
                return null;
        }
    }

    /// <summary>True when a method goes wrong with an unsigned value for a signed parameter, it or what it hands it to; what the platform brings is not looked into.</summary>
    private static bool NeedsSigned(MethodReference called, int parameter)
    {
        MethodDefinition[] bodies = [.. _bodies[Signature(called)].Where(body => body.IsVirtual || body.FullName == called.FullName)];
        if (called.DeclaringType.FullName == "nanoFramework.TestFramework.Assert")
        {
            // It only compares, which is right of either kind.
            return false;
        }

        return bodies.Length == 0 || bodies.Any(body => NeedsSigned(body, parameter));
    }

    private static bool NeedsSigned(MethodDefinition body, int parameter)
    {
        if (!_needs.TryGetValue((body, parameter), out bool needs))
        {
            // A method that calls itself is judged by what else it does.
            _needs[(body, parameter)] = false;
            _needs[(body, parameter)] = needs = Violations(body, [body.Parameters[parameter]]).Any();
        }

        return needs;
    }

    private static string Signature(MethodReference method) => method.Name + "(" + string.Join(',', method.Parameters.Select(parameter => parameter.ParameterType.FullName)) + ")";
}
