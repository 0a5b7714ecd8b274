using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// What passes C#'s compiler and the metadata processor and then crashes, hangs or computes something else on the platform: generics, arrays of
/// several dimensions, finalizers, async, LINQ, pointers, arithmetic that is to throw on overflow.
/// </summary>
[TestClass]
public sealed class LanguageRule
{
    private static readonly string[] _forbiddenSpaces = ["System.Linq", "System.Threading.Tasks", "System.Collections.Generic"];

    private static readonly Code[] _checkedArithmetic = [Code.Add_Ovf, Code.Add_Ovf_Un, Code.Sub_Ovf, Code.Sub_Ovf_Un, Code.Mul_Ovf, Code.Mul_Ovf_Un,
        Code.Conv_Ovf_I, Code.Conv_Ovf_I_Un, Code.Conv_Ovf_I1, Code.Conv_Ovf_I1_Un, Code.Conv_Ovf_I2, Code.Conv_Ovf_I2_Un, Code.Conv_Ovf_I4, Code.Conv_Ovf_I4_Un, Code.Conv_Ovf_I8, Code.Conv_Ovf_I8_Un,
        Code.Conv_Ovf_U, Code.Conv_Ovf_U_Un, Code.Conv_Ovf_U1, Code.Conv_Ovf_U1_Un, Code.Conv_Ovf_U2, Code.Conv_Ovf_U2_Un, Code.Conv_Ovf_U4, Code.Conv_Ovf_U4_Un, Code.Conv_Ovf_U8, Code.Conv_Ovf_U8_Un];

    /// <summary>Every assembly of the firmware, and the tests that run on the platform.</summary>
    [TestMethod]
    public void FirmwareSpeaksThePlatformsDialect() => Expect.Nothing(Il.Firmware().Concat(Il.NanoTests().Values).SelectMany(Il.Types).SelectMany(Violations));

    /// <summary>Planted: one of each.</summary>
    [TestMethod]
    public void OtherDialectsAreSeen()
    {
        string[] found = [.. Il.Planted("Language").SelectMany(Violations).Distinct()];
        string[] expected =
        [
            "Planted.Language.Box`1: a generic type", "::Same(T): a generic method", "::Maybe(): System.Nullable`1<System.Int32>", "::Grid(): System.Int32[0...,0...]",
            "::Finalize(): a finalizer", "::Later(): System.Threading.Tasks.Task", "::First(System.Int32[]): System.Linq.Enumerable", "::Stack(): localloc",
            "::Add(System.Int32,System.Int32): Add_Ovf", "::Point(System.Int32*): System.Int32*", "::Call(): an instantiated method",
            "::Narrow(System.Int32): Conv_Ovf_U1", "::Lambda(): System.Func`2<System.Int32,System.Int32>", "::OwnDelegate(): Planted.Language.Maker`1<System.String>", "Planted.Language.Maker`1: a generic type",
            "Planted.Language.Derived: Planted.Language.Box`1<System.Int32>",
        ];
        foreach (string text in expected)
        {
            Assert.IsTrue(found.Any(violation => violation.Contains(text, StringComparison.Ordinal)), text + " in:\n" + string.Join('\n', found));
        }
    }

    private static IEnumerable<string> Violations(TypeDefinition type)
    {
        if (type.HasGenericParameters)
        {
            yield return $"{type.FullName}: a generic type";
        }

        foreach (FieldDefinition field in type.Fields.Where(field => IsForbidden(field.FieldType)))
        {
            yield return $"{field.FullName}: {field.FieldType.FullName}";
        }

        if (type.BaseType is not null && IsForbidden(type.BaseType))
        {
            yield return $"{type.FullName}: {type.BaseType.FullName}";
        }

        foreach (InterfaceImplementation implemented in type.Interfaces.Where(i => IsForbidden(i.InterfaceType)))
        {
            yield return $"{type.FullName}: {implemented.InterfaceType.FullName}";
        }

        foreach (MethodDefinition method in type.Methods)
        {
            foreach (string what in MethodViolations(method))
            {
                yield return $"{method.FullName}: {what}";
            }
        }
    }

    private static IEnumerable<string> MethodViolations(MethodDefinition method)
    {
        if (method.HasGenericParameters)
        {
            yield return "a generic method";
        }

        if (method.Name == "Finalize" && method.Parameters.Count == 0)
        {
            yield return "a finalizer";
        }

        IEnumerable<TypeReference> types = method.Parameters.Select(p => p.ParameterType).Append(method.ReturnType);
        if (method.HasBody)
        {
            types = types.Concat(method.Body.Variables.Select(v => v.VariableType));
            foreach (Instruction instruction in method.Body.Instructions)
            {
                if (_checkedArithmetic.Contains(instruction.OpCode.Code) || instruction.OpCode.Code == Code.Localloc)
                {
                    yield return instruction.OpCode.Code == Code.Localloc ? "localloc" : instruction.OpCode.Code + ", which never throws there";
                }

                if (instruction.Operand is GenericInstanceMethod)
                {
                    yield return "an instantiated method";
                }

                types = types.Concat(instruction.Operand switch
                {
                    TypeReference used => [used],
                    MemberReference member => [member.DeclaringType],
                    _ => [],
                });
            }
        }

        foreach (TypeReference used in types.Where(IsForbidden).Distinct())
        {
            yield return used.FullName;
        }
    }

    private static bool IsForbidden(TypeReference type)
    {
        return type switch
        {
            GenericInstanceType or GenericParameter or PointerType or FunctionPointerType => true,
            ArrayType array => array.Rank > 1 || IsForbidden(array.ElementType),
            TypeSpecification specification => IsForbidden(specification.ElementType),
            _ => _forbiddenSpaces.Contains(Il.Outermost(type).Namespace),
        };
    }
}
