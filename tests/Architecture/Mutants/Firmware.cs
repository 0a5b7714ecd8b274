using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>The firmware's decisions and their tests as three assemblies: Core.Crypto; Core and Core.Operation with the ports in memory; the shared tests.</summary>
internal sealed class Firmware : MutantBuild
{
    internal Firmware(Mutant[] mutants)
        : base(MutantTable.Folder, mutants, "DeviceFirmware.Tests.", new CSharpParseOptions(LanguageVersion.CSharp9), NullableContextOptions.Disable)
    {
        MetadataReference[] platform = [.. PlatformReferences()];
        Compile("Mutants.Crypto", platform, "", "firmware/Core.Crypto");
        Compile("Mutants.Core", platform, "", "firmware/Core", "firmware/Core.Operation", "tools/Core.DotNet/Memory");
        Compile("Mutants.Tests", platform, "", "tests/Core.Tests");
    }
}
