using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DeviceFirmware.Tests.Cost;

/// <summary>The firmware's assemblies in their release build against the signatures of the nanoFramework packages: the IL that a board gets.</summary>
internal static class BoardCode
{
    internal const string Crypto = "DeviceFirmware.Core.Crypto";

    /// <summary>Most bytes of IL and static data that Core.Crypto shall take.</summary>
    internal const int CryptoGoal = 48_000;

    internal static ModuleDefinition Read(string name)
    {
        return ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, "board", name + ".dll"), new ReaderParameters { InMemory = true });
    }

    /// <summary>Bytes of IL and of static data.</summary>
    internal static (int Il, int Data) Size(string name)
    {
        using ModuleDefinition module = Read(name);
        TypeDefinition[] types = [.. module.GetTypes()];
        return (types.SelectMany(type => type.Methods).Where(method => method.HasBody).Sum(method => method.Body.CodeSize), types.SelectMany(type => type.Fields).Sum(field => field.InitialValue.Length));
    }

    /// <summary>Every method with its instructions as text. Library types stand in other assemblies here and there, so names go without them.</summary>
    internal static Dictionary<string, string> Methods(ModuleDefinition module)
    {
        return module.GetTypes()
            .Where(Weaver.IsFirmware)
            .SelectMany(type => type.Methods)
            .Where(method => method.HasBody)
            .ToDictionary(method => method.FullName, method => string.Join('\n', method.Body.Instructions.Select(Text)));
    }

    private static string Text(Instruction instruction)
    {
        string operand = instruction.Operand switch
        {
            Instruction target => target.Offset.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Instruction[] targets => string.Join(',', targets.Select(target => target.Offset)),
            VariableDefinition variable => variable.Index.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ParameterDefinition parameter => parameter.Index.ToString(System.Globalization.CultureInfo.InvariantCulture),
            null => "",
            object other => other.ToString() ?? "",
        };
        return instruction.OpCode.Name + " " + operand;
    }
}
