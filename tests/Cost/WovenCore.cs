using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Mono.Cecil;

namespace DeviceFirmware.Tests.Cost;

/// <summary>
/// Core as this process runs it: the release code of Core.DotNet with a counter in each basic block. Its file lies where the runtime does not look
/// for it, so the runtime asks here. That works while no type of this assembly has a base or an interface out of Core: test discovery loads all types
/// before it runs any code of ours.
/// </summary>
internal static class WovenCore
{
    private const string Name = "DeviceFirmware.Core";

    private static Weaver? _weaver;

    /// <summary>Its basic blocks.</summary>
    internal static List<BasicBlock> Blocks => Weaver.Blocks;

    /// <summary>Its methods.</summary>
    internal static List<string> Methods => Weaver.Methods;

    private static Weaver Weaver => _weaver ?? throw new InvalidOperationException("Core is not loaded");

    /// <summary>The compiled code, as it was before counters came into it.</summary>
    internal static ModuleDefinition Read()
    {
        return ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, "measured", Name + ".dll"), new ReaderParameters { InMemory = true });
    }

#pragma warning disable CA2255 // The one place early enough: before anything here names a type of Core.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void AnswerTheRuntime() => AssemblyLoadContext.Default.Resolving += Resolve;

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        if (name.Name != Name)
        {
            return null;
        }

        using ModuleDefinition module = Read();
        _weaver = Weaver.Weave(module);
        Counters.Blocks = new long[_weaver.Blocks.Count];
        Counters.Made = new long[_weaver.Methods.Count];
        Counters.MadeBytes = new long[_weaver.Methods.Count];
        using MemoryStream woven = new();
        module.Write(woven);
        woven.Position = 0;
        return context.LoadFromStream(woven);
    }
}
