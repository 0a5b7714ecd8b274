using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>
/// What the runtime does otherwise than .NET: static constructors run before Main in the order of names and their exceptions vanish; interfaces have no code;
/// a hiding method overrides; an enum's text is its number; a hash table compares own keys by reference; throw null ends the thread in silence, as does
/// what a thread's outermost frame lets through; years end at 3000; what a failed TryParse leaves is not 0.
/// </summary>
[TestClass]
public sealed class RuntimeRule
{
    private const int LastYear = 3000;
    private static readonly ILookup<string, TypeDefinition> _enums = Il.Firmware().Append(Il.NanoApi()).SelectMany(Il.Types).ToLookup(type => type.FullName);
    private static readonly ILookup<string, TypeDefinition> _platform = Il.Types(Il.NanoApi()).ToLookup(type => type.FullName);

    /// <summary>The firmware and its tests.</summary>
    [TestMethod]
    public void TheRuntimeDoesWhatTheSourceSays() => Expect.Nothing(Violations(Judged.All));

    /// <summary>Planted: one of each, each with a twin that is allowed.</summary>
    [TestMethod]
    public void OtherBehaviourIsSeen()
    {
        Expect.Caught(
            Violations(Il.Planted("Runtime")),
            "Wrong/Eager: its static constructor uses Planted.Runtime.Wrong/Other",
            "Wrong/IDefault::Answer(): code in an interface",
            "Wrong/Hiding::Name(): hides Planted.Runtime.Wrong/Hidden::Name",
            "Wrong::EnumText(Planted.Runtime.Kind): text of the enum Planted.Runtime.Kind",
            "Wrong::EnumJoined(Planted.Runtime.Kind): text of the enum Planted.Runtime.Kind",
            "Wrong::OwnKey(System.Collections.Hashtable,Planted.Runtime.Wrong/Key): a key of type Planted.Runtime.Wrong/Key",
            "Wrong::UnknownKey(System.Collections.Hashtable,System.Object): a key of type System.Object",
            "Wrong::ThrowNull(): throw null",
            "Wrong::Late(): a date of the year 9999",
            "Wrong::Ignored(System.String): the result of TryParse is ignored",
            "Wrong::Open(): a thread without a catch around all it does");
    }

    private static IEnumerable<string> Violations(TypeDefinition[] types)
    {
        ILookup<string, TypeDefinition> byName = types.ToLookup(type => type.FullName);
        foreach (TypeDefinition type in types)
        {
            foreach (MethodDefinition method in type.Methods)
            {
                if (type.IsInterface && method.HasBody)
                {
                    yield return $"{method.FullName}: code in an interface";
                }

                if (Hidden(method, byName) is MethodDefinition hidden)
                {
                    yield return $"{method.FullName}: hides {hidden.DeclaringType.FullName}::{hidden.Name}";
                }
            }

            foreach (TypeReference used in type.Methods.Where(method => method.Name == ".cctor" && method.HasBody).SelectMany(UsedEagerly).DistinctBy(used => used.FullName))
            {
                yield return $"{type.FullName}: its static constructor uses {used.FullName}";
            }
        }

        foreach (string violation in Judged.Methods(types, "runtime").SelectMany(Violations))
        {
            yield return violation;
        }
    }

    /// <summary>What is wrong in a method, exceptions aside.</summary>
    internal static IEnumerable<string> Violations(MethodDefinition method)
    {
        return Flow.Of(method).Select(step => Violation(step.Instruction, step.State)).OfType<string>().Select(what => $"{method.FullName}: {what}");
    }

    /// <summary>The method of a base class that has this one's name and parameters and that it does not override.</summary>
    private static MethodDefinition? Hidden(MethodDefinition method, ILookup<string, TypeDefinition> byName)
    {
        if (method.IsStatic || method.IsConstructor || (method.IsVirtual && method.IsReuseSlot))
        {
            return null;
        }

        string signature = Signature(method);
        for (TypeDefinition? type = Base(method.DeclaringType); type is not null; type = Base(type))
        {
            if (type.Methods.FirstOrDefault(other => !other.IsPrivate && !other.IsStatic && Signature(other) == signature) is MethodDefinition hidden)
            {
                return hidden;
            }
        }

        return null;

        TypeDefinition? Base(TypeDefinition type) => type.BaseType is null ? null : byName[type.BaseType.FullName].Concat(_platform[type.BaseType.FullName]).FirstOrDefault();
    }

    private static string Signature(MethodDefinition method) => method.Name + "(" + string.Join(',', method.Parameters.Select(parameter => parameter.ParameterType.FullName)) + ")";

    private static IEnumerable<TypeReference> UsedEagerly(MethodDefinition constructor)
    {
        return from instruction in constructor.Body.Instructions
               let used = instruction.Operand switch
               {
                   FieldReference field => field.DeclaringType,
                   MethodReference called => called.DeclaringType,
                   _ => null,
               }
               where used is not null && used.FullName != constructor.DeclaringType.FullName && !used.FullName.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal)
                   && used.FullName is not ("System.Object" or "System.Runtime.CompilerServices.RuntimeHelpers")
               select used;
    }

    private static string? Violation(Instruction instruction, State state)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Throw when instruction.Previous?.OpCode.Code == Code.Ldnull:
                return "throw null";
            case Code.Box or Code.Constrained when IsEnum((TypeReference)instruction.Operand):
                return $"text of the enum {((TypeReference)instruction.Operand).FullName}, which is its number";
            case Code.Call or Code.Callvirt or Code.Newobj:
                return CallViolation((MethodReference)instruction.Operand, instruction, state);
            default:
                return null;
        }
    }

    private static string? CallViolation(MethodReference called, Instruction instruction, State state)
    {
        string type = called.DeclaringType.FullName;
        if (type == "System.Collections.Hashtable" && called.Name is "get_Item" or "set_Item" or "Add" or "Contains" or "Remove")
        {
            TypeReference? key = Flow.Arguments(called, state)[0].Value.Type;
            return key is { IsPrimitive: true } || key?.FullName == "System.String" ? null : $"a key of type {key?.FullName ?? "unknown"}";
        }

        if (type == "System.DateTime" && called.Name == ".ctor" && called.Parameters.Count >= 3 && Flow.Arguments(called, state)[0].Value.Constant > LastYear)
        {
            return $"a date of the year {Flow.Arguments(called, state)[0].Value.Constant}";
        }

        if (called.Name == "TryParse" && After(instruction)?.OpCode.Code == Code.Pop)
        {
            return "the result of TryParse is ignored";
        }

        return type == "System.Threading.ThreadStart" && instruction.Previous?.Operand is MethodDefinition start && !IsCaught(start) ? "a thread without a catch around all it does" : null;
    }

    private static bool IsCaught(MethodDefinition start)
    {
        Instruction first = start.Body.Instructions.First(instruction => instruction.OpCode.Code != Code.Nop);
        return start.Body.ExceptionHandlers.Any(handler => handler.HandlerType == ExceptionHandlerType.Catch && handler.CatchType.FullName is "System.Exception" or "System.Object"
            && handler.TryStart.Offset <= first.Offset);
    }

    private static Instruction? After(Instruction instruction)
    {
        Instruction? next = instruction.Next;
        while (next?.OpCode.Code == Code.Nop)
        {
            next = next.Next;
        }

        return next;
    }

    private static bool IsEnum(TypeReference type)
    {
        return (type as TypeDefinition ?? _enums[type.FullName].FirstOrDefault())?.IsEnum == true;
    }
}
