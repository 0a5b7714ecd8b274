using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>What each instruction that is no branch does to what is known.</summary>
internal static class Effects
{
    /// <summary>Changes the state as the instruction does.</summary>
    public static void Apply(MethodDefinition method, Instruction instruction, State state)
    {
        if (Load(method, instruction) is (string place, TypeReference type))
        {
            // What is also written through its address has no place that anything is known of.
            Value loaded = Value.Of(type, HasAddress(method, place) ? null : place);
            loaded = state.IsUnsignedArgument(place) ? loaded with { IsUnsigned = true } : loaded;
            Value? held = state.Held(place);
            state.Push(held is null ? loaded : loaded with { Constant = held.Constant, WhenTrue = held.WhenTrue ?? loaded.WhenTrue, WhenFalse = held.WhenFalse });
            return;
        }

        if (Store(method, instruction) is (string target, TypeReference declared))
        {
            Value stored = state.Pop();
            bool isKept = !HasAddress(method, target) && (stored.Constant ?? (object?)stored.WhenTrue ?? stored.WhenFalse) is not null;
            state.Write(target, isKept ? stored with { IsUnsigned = Value.IsUnsignedType(declared), Place = null } : null);
            return;
        }

        if (Number(instruction) is long number)
        {
            state.Push(Value.Number(number));
            return;
        }

        Code code = instruction.OpCode.Code;
        switch (code)
        {
            case Code.Ldloca or Code.Ldloca_S or Code.Ldarga or Code.Ldarga_S:
                state.Push(new Value(Type: new ByReferenceType(instruction.Operand is VariableDefinition variable ? variable.VariableType : ((ParameterDefinition)instruction.Operand).ParameterType)));
                break;
            case Code.Ldstr:
                state.Push(new Value(Type: method.Module.TypeSystem.String));
                break;
            case Code.Dup:
                state.Push(state.Peek(0));
                break;
            case Code.Ldfld or Code.Ldsfld:
                Take(state, instruction);
                state.Push(Value.Of(((FieldReference)instruction.Operand).FieldType));
                break;
            case Code.Ldflda or Code.Ldsflda:
                Take(state, instruction);
                state.Push(new Value(Type: new ByReferenceType(((FieldReference)instruction.Operand).FieldType)));
                break;
            case Code.Newarr:
                state.Pop();
                state.Push(new Value(Type: new ArrayType((TypeReference)instruction.Operand)));
                break;
            case Code.Ldlen:
                string? array = state.Pop().Place;
                string? length = array is null ? null : array + ".length";
                state.Push(new Value(Place: length, WhenTrue: length is null ? null : new Fact(length, Sign.Positive)));
                break;
            case Code.Ldelema:
                Take(state, instruction);
                state.Push(new Value(Type: new ByReferenceType((TypeReference)instruction.Operand)));
                break;
            case Code.Ldelem_Any or Code.Ldobj or Code.Unbox_Any or Code.Castclass or Code.Isinst or Code.Box:
                Take(state, instruction);
                state.Push(Value.Of((TypeReference)instruction.Operand));
                break;
            case Code.Ldelem_U4 or Code.Ldind_U4:
                Take(state, instruction);
                state.Push(new Value(IsUnsigned: true));
                break;
            case Code.Ldelem_I8 or Code.Ldelem_I4 or Code.Ldelem_Ref:
                state.Pop();
                TypeReference? element = (state.Pop().Type as ArrayType)?.ElementType;
                state.Push(element is null ? new Value(IsUnsigned: code == Code.Ldelem_I8) : Value.Of(element));
                break;
            case Code.Ldind_I8 or Code.Ldind_I4:
                TypeReference? pointed = (state.Pop().Type as ByReferenceType)?.ElementType;
                state.Push(pointed is null ? new Value(IsUnsigned: code == Code.Ldind_I8) : Value.Of(pointed));
                break;
            case Code.Conv_U4 or Code.Conv_U8 or Code.Conv_U:
                state.Push(Kept(state.Pop(), widens: code != Code.Conv_U4) with { IsUnsigned = true });
                break;
            case Code.Conv_I4 or Code.Conv_I8 or Code.Conv_I:
                Value converted = state.Pop();
                state.Push(Kept(converted, widens: code != Code.Conv_I4 || converted.Place?.EndsWith(".length", StringComparison.Ordinal) == true) with { IsUnsigned = false });
                break;
            case Code.Conv_I1 or Code.Conv_I2 or Code.Conv_U1 or Code.Conv_U2 or Code.Conv_R4 or Code.Conv_R8 or Code.Conv_R_Un:
                state.Pop();
                state.Push(Value.Unknown);
                break;
            case Code.Ceq or Code.Cgt or Code.Cgt_Un or Code.Clt or Code.Clt_Un:
                Value right = state.Pop();
                state.Push(Compare(code, state.Pop(), right));
                break;
            case Code.Shr or Code.Rem:
                // Of an unsigned value these are refused; what comes of it is not refused again.
                state.Pop();
                state.Pop();
                state.Push(Value.Unknown);
                break;
            case Code.Add or Code.Sub or Code.Mul or Code.Div or Code.Div_Un or Code.Rem_Un or Code.And or Code.Or or Code.Xor or Code.Shl or Code.Shr_Un:
                state.Pop();
                state.Push(new Value(IsUnsigned: state.Pop().IsUnsigned));
                break;
            case Code.Neg or Code.Not:
                state.Push(new Value(IsUnsigned: state.Pop().IsUnsigned));
                break;
            default:
                TypeReference? result = Result(instruction);
                Take(state, instruction);
                if (result is not null)
                {
                    state.Push(Value.Of(result));
                }
                else if (instruction.OpCode.FlowControl != FlowControl.Call && instruction.OpCode.StackBehaviourPush != StackBehaviour.Push0)
                {
                    state.Push(Value.Unknown);
                }

                break;
        }
    }

    private static Value Kept(Value value, bool widens) => widens ? value : new Value(Constant: value.Constant is >= 0 and <= int.MaxValue ? value.Constant : null);

    private static Value Compare(Code code, Value left, Value right)
    {
        if (right.Constant == 0 && code == Code.Ceq)
        {
            return new Value(WhenTrue: left.WhenFalse, WhenFalse: left.WhenTrue);
        }

        Fact? notZero = left.Place is null || right.Constant != 0 ? null : new Fact(left.Place, Sign.NotZero);
        return code switch
        {
            Code.Cgt_Un => new Value(WhenTrue: notZero ?? (right.Constant == 0 || right.Type is null ? left.WhenTrue : null)),
            Code.Cgt when left.Place is not null && right.Constant >= 0 => new Value(WhenTrue: new Fact(left.Place, Sign.Positive)),
            Code.Clt when left.Place is not null && right.Constant >= 1 => new Value(WhenFalse: new Fact(left.Place, Sign.Positive)),
            _ => Value.Unknown,
        };
    }

    /// <summary>Pops what an instruction pops.</summary>
    private static void Take(State state, Instruction instruction)
    {
        int count = instruction.Operand is MethodReference called && instruction.OpCode.FlowControl == FlowControl.Call
            ? called.Parameters.Count + (called.HasThis && instruction.OpCode.Code != Code.Newobj ? 1 : 0)
            : Popped(instruction.OpCode.StackBehaviourPop);
        for (int i = 0; i < count; i++)
        {
            state.Pop();
        }
    }

    private static TypeReference? Result(Instruction instruction)
    {
        return instruction.OpCode.FlowControl != FlowControl.Call || instruction.Operand is not MethodReference called ? null
            : instruction.OpCode.Code == Code.Newobj ? called.DeclaringType
            : called.ReturnType.FullName == "System.Void" ? null
            : called.ReturnType;
    }

    private static int Popped(StackBehaviour behaviour)
    {
        return behaviour switch
        {
            StackBehaviour.Pop0 => 0,
            StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
            StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8 or StackBehaviour.Popi_popr4 or StackBehaviour.Popi_popr8
                or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi => 2,
            StackBehaviour.Popi_popi_popi or StackBehaviour.Popref_popi_popi or StackBehaviour.Popref_popi_popi8 or StackBehaviour.Popref_popi_popr4 or StackBehaviour.Popref_popi_popr8
                or StackBehaviour.Popref_popi_popref => 3,
            _ => throw new NotSupportedException(behaviour.ToString()),
        };
    }

    private static bool HasAddress(MethodDefinition method, string place)
    {
        return method.Body.Instructions.Any(instruction => instruction.OpCode.Code switch
        {
            Code.Ldloca or Code.Ldloca_S => "L" + ((VariableDefinition)instruction.Operand).Index == place,
            Code.Ldarga or Code.Ldarga_S => Argument((ParameterDefinition)instruction.Operand) == place,
            _ => false,
        });
    }

    /// <summary>The place of a parameter.</summary>
    public static string Argument(ParameterDefinition parameter) => "A" + parameter.Sequence;

    private static (string Place, TypeReference Type)? Load(MethodDefinition method, Instruction instruction)
    {
        Code code = instruction.OpCode.Code;
        return code switch
        {
            Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 => Local(method, code - Code.Ldloc_0),
            Code.Ldloc or Code.Ldloc_S => Local(method, ((VariableDefinition)instruction.Operand).Index),
            Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 => Argument(method, code - Code.Ldarg_0),
            Code.Ldarg or Code.Ldarg_S => (Argument((ParameterDefinition)instruction.Operand), ((ParameterDefinition)instruction.Operand).ParameterType),
            _ => null,
        };
    }

    private static (string Place, TypeReference Type)? Store(MethodDefinition method, Instruction instruction)
    {
        Code code = instruction.OpCode.Code;
        return code switch
        {
            Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 => Local(method, code - Code.Stloc_0),
            Code.Stloc or Code.Stloc_S => Local(method, ((VariableDefinition)instruction.Operand).Index),
            Code.Starg or Code.Starg_S => (Argument((ParameterDefinition)instruction.Operand), ((ParameterDefinition)instruction.Operand).ParameterType),
            _ => null,
        };
    }

    private static (string Place, TypeReference Type) Local(MethodDefinition method, int index) => ("L" + index, method.Body.Variables[index].VariableType);

    private static (string Place, TypeReference Type) Argument(MethodDefinition method, int index)
    {
        return method.HasThis && index == 0 ? ("A0", method.DeclaringType) : ("A" + index, method.Parameters[method.HasThis ? index - 1 : index].ParameterType);
    }

    private static long? Number(Instruction instruction)
    {
        Code code = instruction.OpCode.Code;
        return code switch
        {
            Code.Ldc_I4_M1 => -1,
            >= Code.Ldc_I4_0 and <= Code.Ldc_I4_8 => code - Code.Ldc_I4_0,
            Code.Ldc_I4_S => (sbyte)instruction.Operand,
            Code.Ldc_I4 => (int)instruction.Operand,
            Code.Ldc_I8 => (long)instruction.Operand,
            _ => null,
        };
    }
}
