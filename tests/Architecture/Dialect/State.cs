namespace DeviceFirmware.Tests.Architecture.Dialect;

/// <summary>What is known before an instruction: the evaluation stack, the locals that hold conditions, and what branches have shown.</summary>
internal sealed class State
{
    private readonly List<Value> _stack = [];
    private readonly Dictionary<string, Value> _held = [];
    private readonly HashSet<Fact> _facts = [];
    private readonly string[] _unsignedArguments;

    /// <summary>What is known when a method begins: that these of its arguments are unsigned, whatever their parameters say.</summary>
    public State(IEnumerable<string> unsignedArguments) => _unsignedArguments = [.. unsignedArguments];

    /// <summary>Depth of the stack.</summary>
    public int Depth => _stack.Count;

    /// <summary>A copy.</summary>
    public State Copy()
    {
        State copy = new(_unsignedArguments);
        copy._stack.AddRange(_stack);
        foreach ((string place, Value value) in _held)
        {
            copy._held[place] = value;
        }

        copy._facts.UnionWith(_facts);
        return copy;
    }

    /// <summary>Puts a value on the stack.</summary>
    public void Push(Value value) => _stack.Add(value);

    /// <summary>Takes a value off the stack.</summary>
    public Value Pop()
    {
        Value value = Peek(0);
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    /// <summary>A value on the stack, 0 being the topmost.</summary>
    public Value Peek(int below) => _stack[^(below + 1)];

    /// <summary>Empties the stack.</summary>
    public void Clear() => _stack.Clear();

    /// <summary>True for a parameter that got an unsigned value, which it stays when another is written to it.</summary>
    public bool IsUnsignedArgument(string place) => _unsignedArguments.Contains(place);

    /// <summary>What is in a local or parameter, when it is more than its type.</summary>
    public Value? Held(string place) => _held.GetValueOrDefault(place);

    /// <summary>A local or parameter gets a value: what was known of it goes.</summary>
    public void Write(string place, Value? value)
    {
        for (int i = 0; i < _stack.Count; i++)
        {
            _stack[i] = _stack[i].Without(place);
        }

        foreach (string other in _held.Keys.ToArray())
        {
            _held[other] = _held[other].Without(place);
        }

        _facts.RemoveWhere(fact => Value.Touches(fact.Place, place));
        _held.Remove(place);
        if (value is not null)
        {
            _held[place] = value;
            if (value.Constant > 0)
            {
                _facts.Add(new Fact(place, Sign.Positive));
            }
        }
    }

    /// <summary>A branch has shown this.</summary>
    public void Learn(Fact? fact)
    {
        if (fact is not null)
        {
            _facts.Add(fact);
        }
    }

    /// <summary>True when the value is known not to be zero.</summary>
    public bool IsNotZero(Value value) => value.Constant is long number ? number != 0 : Knows(value.Place, Sign.NotZero) || IsPositive(value);

    /// <summary>True when the value is known to be above zero.</summary>
    public bool IsPositive(Value value) => value.Constant is long number ? number > 0 : Knows(value.Place, Sign.Positive);

    /// <summary>True when a place is known to hold a number that is not zero.</summary>
    public bool Knows(string? place, Sign sign)
    {
        return place is not null && (_facts.Contains(new Fact(place, Sign.Positive)) || _facts.Contains(new Fact(place, sign)));
    }

    /// <summary>Keeps what is known on both ways to an instruction; true when that is less than before.</summary>
    public bool Join(State other)
    {
        bool changed = false;
        for (int i = 0; i < _stack.Count; i++)
        {
            Value joined = _stack[i].Join(other._stack[i]);
            changed |= joined != _stack[i];
            _stack[i] = joined;
        }

        foreach (string place in _held.Keys.ToArray())
        {
            Value joined = _held[place].Join(other._held.GetValueOrDefault(place) ?? Value.Unknown);
            changed |= joined != _held[place];
            _held[place] = joined;
        }

        return _facts.RemoveWhere(fact => !other.Knows(fact.Place, fact.Sign)) > 0 || changed;
    }
}
