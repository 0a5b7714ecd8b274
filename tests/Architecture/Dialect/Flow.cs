using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>
/// Runs a method's IL on what is known of values instead of on values, along every way, until nothing new is learnt. The interpreter gives a result of
/// two operands the left one's type, keeps a value's type through returns and arguments, and gives a value the declared type when it is stored in a
/// local, field or element.
/// </summary>
internal sealed class Flow
{
    private readonly MethodDefinition _method;
    private readonly Dictionary<Instruction, State> _states = [];
    private readonly Queue<Instruction> _work = [];

    private Flow(MethodDefinition method) => _method = method;

    /// <summary>Every instruction that can be reached, with what is known before it; called with unsigned values for these signed parameters.</summary>
    public static IEnumerable<(Instruction Instruction, State State)> Of(MethodDefinition method, params ParameterDefinition[] unsignedParameters)
    {
        Flow flow = new(method);
        flow.Run(new State(unsignedParameters.Select(Effects.Argument)));
        return method.Body.Instructions.Where(flow._states.ContainsKey).Select(instruction => (instruction, flow._states[instruction]));
    }

    /// <summary>What a call takes: the object, then the arguments, in their order.</summary>
    public static (TypeReference Type, Value Value)[] Arguments(MethodReference called, State state)
    {
        int count = called.Parameters.Count;
        return [.. called.Parameters.Select((parameter, i) => (parameter.ParameterType, state.Peek(count - 1 - i)))];
    }

    private void Run(State start)
    {
        Reach(_method.Body.Instructions[0], start);
        foreach (ExceptionHandler handler in _method.Body.ExceptionHandlers)
        {
            State state = start.Copy();
            if (handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter)
            {
                state.Push(Value.Unknown);
            }

            Reach(handler.HandlerStart, state);
            if (handler.FilterStart is not null)
            {
                Reach(handler.FilterStart, state);
            }
        }

        while (_work.TryDequeue(out Instruction? instruction))
        {
            Step(instruction, _states[instruction].Copy());
        }
    }

    private void Reach(Instruction instruction, State state)
    {
        if (!_states.TryGetValue(instruction, out State? known))
        {
            _states[instruction] = state.Copy();
            _work.Enqueue(instruction);
        }
        else if (known.Join(state))
        {
            _work.Enqueue(instruction);
        }
    }

    private void Step(Instruction instruction, State state)
    {
        switch (instruction.OpCode.FlowControl)
        {
            case FlowControl.Cond_Branch when instruction.Operand is Instruction[] targets:
                state.Pop();
                foreach (Instruction target in targets.Append(instruction.Next))
                {
                    Reach(target, state);
                }

                break;
            case FlowControl.Cond_Branch when OnlyWay(instruction, state) is Instruction only:
                state.Pop();
                Reach(only, state);
                break;
            case FlowControl.Cond_Branch:
                (Fact? taken, Fact? passed) = Shown(instruction, state);
                State other = state.Copy();
                state.Learn(taken);
                other.Learn(passed);
                Reach((Instruction)instruction.Operand, state);
                Reach(instruction.Next, other);
                break;
            case FlowControl.Branch:
                if (instruction.OpCode.Code is Code.Leave or Code.Leave_S)
                {
                    state.Clear();
                }

                Reach((Instruction)instruction.Operand, state);
                break;
            case FlowControl.Return or FlowControl.Throw:
                break;
            default:
                Effects.Apply(_method, instruction, state);
                Reach(instruction.Next, state);
                break;
        }
    }

    /// <summary>Where a branch on a constant goes.</summary>
    private static Instruction? OnlyWay(Instruction branch, State state)
    {
        bool? ifTrue = branch.OpCode.Code switch
        {
            Code.Brtrue or Code.Brtrue_S => true,
            Code.Brfalse or Code.Brfalse_S => false,
            _ => null,
        };
        return ifTrue is null || state.Peek(0).Constant is not long number ? null : (number != 0) == ifTrue ? (Instruction)branch.Operand : branch.Next;
    }

    /// <summary>Takes a conditional branch's operands; what is known where it is taken, and where it is passed.</summary>
    private static (Fact? Taken, Fact? Passed) Shown(Instruction branch, State state)
    {
        if (branch.OpCode.Code is Code.Brtrue or Code.Brtrue_S or Code.Brfalse or Code.Brfalse_S)
        {
            Value value = state.Pop();
            return branch.OpCode.Code is Code.Brtrue or Code.Brtrue_S ? (value.WhenTrue, value.WhenFalse) : (value.WhenFalse, value.WhenTrue);
        }

        Value right = state.Pop();
        Value left = state.Pop();
        return branch.OpCode.Code switch
        {
            Code.Beq or Code.Beq_S => (null, Compared(left, right, 0)),
            Code.Bne_Un or Code.Bne_Un_S => (Compared(left, right, 0), null),
            Code.Bgt or Code.Bgt_S => (Above(left, right, 0), null),
            Code.Ble or Code.Ble_S => (null, Above(left, right, 0)),
            Code.Bge or Code.Bge_S => (Above(left, right, 1), null),
            Code.Blt or Code.Blt_S => (null, Above(left, right, 1)),
            Code.Bgt_Un or Code.Bgt_Un_S => (Compared(left, right, 0), null),
            Code.Ble_Un or Code.Ble_Un_S => (null, Compared(left, right, 0)),
            _ => (null, null),
        };
    }

    private static Fact? Compared(Value left, Value right, long with) => left.Place is not null && right.Constant == with ? new Fact(left.Place, Sign.NotZero) : null;

    private static Fact? Above(Value left, Value right, long atLeast) => left.Place is not null && right.Constant >= atLeast ? new Fact(left.Place, Sign.Positive) : null;
}
