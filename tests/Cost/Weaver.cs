using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace DeviceFirmware.Tests.Cost;

/// <summary>A stretch of instructions that is entered at its first and left at its last.</summary>
/// <param name="Method">Number of its method.</param>
/// <param name="IsEntry">True for the block a method begins with.</param>
/// <param name="Instructions">IL instructions in it.</param>
/// <param name="Calls">Calls among them, constructors too.</param>
/// <param name="Objects">Objects and boxes it makes; arrays and strings are counted when they are made, since only then their sizes are known.</param>
/// <param name="ObjectBytes">Heap these take.</param>
internal sealed record BasicBlock(int Method, bool IsEntry, int Instructions, int Calls, int Objects, int ObjectBytes);

/// <summary>
/// Puts a counter before every basic block of the firmware's methods. Blocks are cut out of the compiled instructions, so the sum of
/// executions times length is the number of IL instructions executed; only a block that an exception leaves early is counted whole.
/// </summary>
internal sealed class Weaver
{
    private const int LibraryFields = 4;

    private readonly ModuleDefinition _module;
    private readonly FieldReference _counts;
    private readonly MethodReference _array;
    private readonly MethodReference _text;
    private readonly MethodReference _elements;

    private Weaver(ModuleDefinition module)
    {
        _module = module;
        _counts = module.ImportReference(typeof(Counters).GetField(nameof(Counters.Blocks)));
        _array = module.ImportReference(typeof(Counters).GetMethod(nameof(Counters.Array)));
        _text = module.ImportReference(typeof(Counters).GetMethod(nameof(Counters.Text)));
        _elements = module.ImportReference(typeof(Counters).GetMethod(nameof(Counters.Elements)));
    }

    internal List<BasicBlock> Blocks { get; } = [];

    /// <summary>Names of the methods that the blocks refer to, as <c>Type.Method</c>.</summary>
    internal List<string> Methods { get; } = [];

    /// <summary>Weaves every method of the firmware in that assembly, and leaves what stands in for its hardware as it is.</summary>
    internal static Weaver Weave(ModuleDefinition module)
    {
        Weaver weaver = new(module);
        IEnumerable<MethodDefinition> methods = module.GetTypes().Where(IsFirmware).SelectMany(type => type.Methods).Where(method => method.HasBody);
        foreach (MethodDefinition method in methods)
        {
            weaver.Weave(method);
        }

        return weaver;
    }

    internal static bool IsFirmware(TypeDefinition type)
    {
        while (type.DeclaringType is not null)
        {
            type = type.DeclaringType;
        }

        return type.Namespace.StartsWith("DeviceFirmware.", StringComparison.Ordinal) && type.Namespace is not ("DeviceFirmware.Memory" or "DeviceFirmware.Tools");
    }

    private void Weave(MethodDefinition method)
    {
        int number = Methods.Count;
        Methods.Add(Name(method));
        MethodBody body = method.Body;
        Instruction[] code = [.. body.Instructions];
        HashSet<Instruction> leaders = Leaders(body);
        body.SimplifyMacros();
        ILProcessor il = body.GetILProcessor();
        for (int start = 0; start < code.Length;)
        {
            int end = start + 1;
            while (end < code.Length && !leaders.Contains(code[end]))
            {
                end++;
            }

            Instruction[] block = code[start..end];
            Blocks.Add(Weigh(number, start == 0, block));
            foreach (Instruction instruction in block)
            {
                CountMade(il, instruction, number);
            }

            CountBlock(il, block[0], Blocks.Count - 1);
            start = end;
        }

        body.OptimizeMacros();
    }

    private static HashSet<Instruction> Leaders(MethodBody body)
    {
        HashSet<Instruction?> leaders = [];
        foreach (Instruction instruction in body.Instructions)
        {
            switch (instruction.Operand)
            {
                case Instruction target:
                    leaders.Add(target);
                    break;
                case Instruction[] targets:
                    leaders.UnionWith(targets);
                    break;
            }

            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw)
            {
                leaders.Add(instruction.Next);
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            leaders.UnionWith([handler.TryStart, handler.TryEnd, handler.HandlerStart, handler.HandlerEnd, handler.FilterStart]);
        }

        return [.. leaders.OfType<Instruction>()];
    }

    private static BasicBlock Weigh(int method, bool isEntry, Instruction[] block)
    {
        int calls = block.Count(i => i.OpCode.FlowControl == FlowControl.Call);
        int[] objects = [.. block.Select(ObjectSize).Where(size => size > 0)];
        return new BasicBlock(method, isEntry, block.Length, calls, objects.Length, objects.Sum());
    }

    private static int ObjectSize(Instruction instruction)
    {
        return instruction.OpCode.Code switch
        {
            Code.Box => 2 * Counters.HeapBlock,
            Code.Newobj when instruction.Operand is MethodReference { DeclaringType.FullName: not "System.String" } made => (1 + Fields(made.DeclaringType)) * Counters.HeapBlock,
            _ => 0,
        };
    }

    /// <summary>Fields of a type and its bases; for a type of the library, whose fields on the board are others than here, a guess.</summary>
    private static int Fields(TypeReference type)
    {
        return type is TypeDefinition own
            ? own.Fields.Count(field => !field.IsStatic) + (own.BaseType is null or { FullName: "System.Object" } ? 0 : Fields(own.BaseType))
            : LibraryFields;
    }

    /// <summary>Counts what an instruction makes whose size is known only when it runs.</summary>
    private void CountMade(ILProcessor il, Instruction instruction, int method)
    {
        if (instruction.OpCode.Code == Code.Newarr)
        {
            // The length is on the stack. The instruction itself moves behind, so that a jump to it comes here first.
            Instruction make = Instruction.Create(OpCodes.Newarr, (TypeReference)instruction.Operand);
            int size = ElementSize((TypeReference)instruction.Operand);
            Replace(instruction, OpCodes.Dup, null);
            Insert(il, instruction, [Instruction.Create(OpCodes.Conv_I4), Load(size), Load(method), Instruction.Create(OpCodes.Call, _array), make]);
        }
        else if (instruction.Operand is MethodReference called && instruction.OpCode.FlowControl == FlowControl.Call && called.DeclaringType is not TypeDefinition)
        {
            if (called.ReturnType.FullName == "System.String" && !called.Name.StartsWith("get_", StringComparison.Ordinal) && called.FullName != "System.String System.String::ToString()")
            {
                Insert(il, instruction, [Instruction.Create(OpCodes.Dup), Load(method), Instruction.Create(OpCodes.Call, _text)]);
            }
            else if (called.ReturnType is ArrayType { ElementType: { IsPrimitive: true } element })
            {
                Insert(il, instruction, [Instruction.Create(OpCodes.Dup), Load(ElementSize(element)), Load(method), Instruction.Create(OpCodes.Call, _elements)]);
            }
            else if (called is { Name: ".ctor", DeclaringType.FullName: "System.String" })
            {
                Insert(il, instruction, [Instruction.Create(OpCodes.Dup), Load(method), Instruction.Create(OpCodes.Call, _text)]);
            }
        }
    }

    private void CountBlock(ILProcessor il, Instruction first, int number)
    {
        Instruction moved = Instruction.Create(OpCodes.Nop);
        Replace(moved, first.OpCode, first.Operand);
        Replace(first, OpCodes.Ldsfld, _counts);
        Insert(
            il,
            first,
            [
                Load(number),
                Instruction.Create(OpCodes.Ldelema, _module.TypeSystem.Int64),
                Instruction.Create(OpCodes.Dup),
                Instruction.Create(OpCodes.Ldind_I8),
                Load(1),
                Instruction.Create(OpCodes.Conv_I8),
                Instruction.Create(OpCodes.Add),
                Instruction.Create(OpCodes.Stind_I8),
                moved,
            ]);
    }

    private static void Insert(ILProcessor il, Instruction after, Instruction[] inserted)
    {
        foreach (Instruction instruction in inserted)
        {
            il.InsertAfter(after, instruction);
            after = instruction;
        }
    }

    private static void Replace(Instruction instruction, OpCode code, object? operand)
    {
        instruction.OpCode = code;
        instruction.Operand = operand;
    }

    private static Instruction Load(int value) => Instruction.Create(OpCodes.Ldc_I4, value);

    private static int ElementSize(TypeReference element)
    {
        return element.MetadataType switch
        {
            MetadataType.Boolean or MetadataType.Byte or MetadataType.SByte => 1,
            MetadataType.Char or MetadataType.Int16 or MetadataType.UInt16 => 2,
            MetadataType.Int32 or MetadataType.UInt32 or MetadataType.Single => 4,
            MetadataType.Int64 or MetadataType.UInt64 or MetadataType.Double => 8,
            _ => Counters.HeapBlock,
        };
    }

    private static string Name(MethodDefinition method)
    {
        string type = method.DeclaringType.FullName;
        return type[(type.LastIndexOf('.') + 1)..] + "." + method.Name;
    }
}
