using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Metadata = System.Reflection.Metadata;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// The platform's tables hold about 64 KB of IL, of strings and of static data an assembly, 255 methods of a kind a type, 254 locals a method and
/// 255 cases a switch; a branch over more than about 2,000 statements fails at run time. An assembly stays a little lower, as a debug build too.
/// </summary>
[TestClass]
public sealed class SizeRule
{
    private const int MaximumBytes = 56 * 1024;
    private const int MaximumMethods = 250;
    private const int MaximumLocals = 250;
    private const int MaximumCases = 250;

    /// <summary>A branch is 16 bits wide there, signed. The platform's IL is shorter than this one, never longer.</summary>
    private const int MaximumSpan = 24 * 1024;

    /// <summary>The test's output.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>Every assembly of the firmware and of its tests, with a table of the sizes.</summary>
    [TestMethod]
    public void FirmwareFitsThePlatformsTables()
    {
        Sizes[] sizes = [.. Il.Files("firmware", 8).Concat(Il.Files("tests", 5)).Select(file => Measure(File.ReadAllBytes(file)) with { Assembly = Path.GetFileNameWithoutExtension(file) })];
        TestContext.WriteLine($"{"assembly",-32} {"IL",7} {"strings",7} {"data",7} {"methods",7} {"locals",7} {"cases",7} {"span",7}   of {MaximumBytes} bytes, {MaximumMethods}, {MaximumLocals}, {MaximumCases}, {MaximumSpan}");
        foreach (Sizes size in sizes)
        {
            TestContext.WriteLine($"{size.Assembly,-32} {size.Il,7} {size.Strings,7} {size.Data,7} {size.Methods,7} {size.Locals,7} {size.Cases,7} {size.Span,7}");
        }

        Expect.Nothing(sizes.SelectMany(Violations));
    }

    /// <summary>Planted: an assembly made to be one over, limit by limit.</summary>
    [TestMethod]
    [DataRow("IL")]
    [DataRow("strings")]
    [DataRow("static data")]
    [DataRow("methods of a kind")]
    [DataRow("locals")]
    [DataRow("cases")]
    [DataRow("branch")]
    public void OneOverIsSeen(string limit)
    {
        Expect.Nothing(Violations(Measure(Make("none"))));
        Expect.Caught(Violations(Measure(Make(limit))), limit);
    }

    private static IEnumerable<string> Violations(Sizes size)
    {
        (string What, int Count, int Maximum)[] limits =
        [
            ("bytes of IL", size.Il, MaximumBytes),
            ("bytes of strings", size.Strings, MaximumBytes),
            ("bytes of static data", size.Data, MaximumBytes),
            ("methods of a kind in a type", size.Methods, MaximumMethods),
            ("locals in a method", size.Locals, MaximumLocals),
            ("cases in a switch", size.Cases, MaximumCases),
            ("bytes under a branch", size.Span, MaximumSpan),
        ];
        return limits.Where(limit => limit.Count > limit.Maximum).Select(limit => $"{size.Assembly}: {limit.Count} {limit.What}, at most {limit.Maximum}");
    }

    private static Sizes Measure(byte[] file)
    {
        using PEReader reader = new(new MemoryStream(file));
        Metadata.MetadataReader metadata = Metadata.PEReaderExtensions.GetMetadataReader(reader);
        using ModuleDefinition module = ModuleDefinition.ReadModule(new MemoryStream(file));
        TypeDefinition[] types = [.. module.GetTypes()];
        MethodDefinition[] bodies = [.. types.SelectMany(type => type.Methods).Where(method => method.HasBody)];
        return new Sizes(
            module.Assembly.Name.Name,
            bodies.Sum(method => method.Body.CodeSize + (12 * method.Body.ExceptionHandlers.Count)),
            metadata.GetHeapSize(HeapIndex.String) + Literals(bodies),
            types.SelectMany(type => type.Fields).Sum(field => field.InitialValue?.Length ?? 0),
            types.Max(type => type.Methods.GroupBy(Kind).Select(kind => kind.Count()).DefaultIfEmpty().Max()),
            bodies.Select(method => method.Body.Variables.Count).DefaultIfEmpty().Max(),
            bodies.SelectMany(method => method.Body.Instructions).Select(i => i.Operand is Instruction[] targets ? targets.Length : 0).DefaultIfEmpty().Max(),
            bodies.SelectMany(method => method.Body.Instructions).Select(Span).DefaultIfEmpty().Max());
    }

    /// <summary>The platform's table has each text once, in UTF-8 with a zero.</summary>
    private static int Literals(MethodDefinition[] bodies)
    {
        return bodies.SelectMany(method => method.Body.Instructions).Select(i => i.Operand).OfType<string>().Distinct().Sum(text => Encoding.UTF8.GetByteCount(text) + 1);
    }

    private static int Span(Instruction instruction)
    {
        return instruction.Operand switch
        {
            Instruction target => Math.Abs(target.Offset - instruction.Offset),
            Instruction[] targets => targets.Max(target => Math.Abs(target.Offset - instruction.Offset)),
            _ => 0,
        };
    }

    private static string Kind(MethodDefinition method) => method.IsStatic ? "static" : method.IsVirtual ? "virtual" : "instance";

    private static byte[] Make(string limit)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Planted", new Version(1, 0)), "Planted", ModuleKind.Dll);
        ModuleDefinition module = assembly.MainModule;
        TypeReference nothing = module.TypeSystem.Void;
        TypeDefinition type = new("Planted", "Large", TypeAttributes.Class, module.TypeSystem.Object);
        module.Types.Add(type);
        for (int i = 0; i < (limit == "methods of a kind" ? MaximumMethods + 1 : MaximumMethods); i++)
        {
            MethodDefinition empty = new("M" + i, MethodAttributes.Static, nothing);
            empty.Body.GetILProcessor().Emit(OpCodes.Ret);
            type.Methods.Add(empty);
        }

        MethodDefinition method = new("Body", MethodAttributes.HideBySig, nothing);
        type.Methods.Add(method);
        for (int i = 0; i < (limit == "locals" ? MaximumLocals + 1 : MaximumLocals); i++)
        {
            method.Body.Variables.Add(new VariableDefinition(module.TypeSystem.Int32));
        }

        ILProcessor il = method.Body.GetILProcessor();
        il.Emit(OpCodes.Ldstr, new string('x', limit == "strings" ? MaximumBytes : 1000));
        il.Emit(OpCodes.Pop);
        for (int i = 0; i < (limit == "IL" ? MaximumBytes : 1000); i++)
        {
            il.Emit(OpCodes.Nop);
        }

        Instruction end = il.Create(OpCodes.Ret);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Switch, [.. Enumerable.Repeat(end, limit == "cases" ? MaximumCases + 1 : MaximumCases)]);
        if (limit == "branch")
        {
            Instruction behind = il.Create(OpCodes.Nop);
            il.Emit(OpCodes.Br, behind);
            for (int i = 0; i < MaximumSpan; i++)
            {
                il.Emit(OpCodes.Nop);
            }

            il.Append(behind);
        }

        il.Append(end);
        TypeDefinition block = new("", "Block", TypeAttributes.ExplicitLayout | TypeAttributes.Sealed, module.ImportReference(typeof(ValueType)))
        {
            PackingSize = 1,
            ClassSize = limit == "static data" ? MaximumBytes + 1 : 1000,
        };
        module.Types.Add(block);
        type.Fields.Add(new FieldDefinition("Data", FieldAttributes.Static | FieldAttributes.HasFieldRVA, block) { InitialValue = new byte[block.ClassSize] });
        using MemoryStream stream = new();
        assembly.Write(stream);
        return stream.ToArray();
    }

    private sealed record Sizes(string Assembly, int Il, int Strings, int Data, int Methods, int Locals, int Cases, int Span);
}
