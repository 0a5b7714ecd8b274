using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>
/// The firmware's decisions and their tests, compiled in memory as three assemblies: Core.Crypto; Core with the ports in memory; the shared
/// tests. All mutants are in them, each behind its number; 0 is the firmware as it is.
/// </summary>
internal sealed class Firmware
{
    private const string Switch = "namespace Mutants { internal static class Switch { internal static int Active; } }";

    private static readonly CSharpParseOptions _options = new(LanguageVersion.CSharp9);

    internal Firmware(Mutant[] mutants)
    {
        MetadataReference[] platform = [.. PlatformReferences()];
        Crypto = Compile("Mutants.Crypto", platform, mutants, "firmware/Core.Crypto");
        MetadataReference crypto = MetadataReference.CreateFromImage(Crypto);
        Core = Compile("Mutants.Core", [.. platform, crypto], mutants, "firmware/Core", "tools/Core.DotNet/Memory");
        MetadataReference core = MetadataReference.CreateFromImage(Core);
        Tests = Compile("Mutants.Tests", [.. platform, crypto, core], mutants, "tests/Core.Tests");
    }

    internal byte[] Crypto { get; }

    internal byte[] Core { get; }

    internal byte[] Tests { get; }

    private static byte[] Compile(string name, MetadataReference[] references, Mutant[] mutants, params string[] folders)
    {
        IEnumerable<SyntaxTree> trees = folders.SelectMany(SourceTree.Sources).Select(path => Parse(path, mutants));
        CSharpCompilation compilation = CSharpCompilation.Create(name, trees.Append(CSharpSyntaxTree.ParseText(Switch, _options)), references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using MemoryStream stream = new();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(stream);
        if (!result.Success)
        {
            string errors = string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5));
            throw new InvalidOperationException(name + " does not compile: " + errors);
        }

        return stream.ToArray();
    }

    private static SyntaxTree Parse(string path, Mutant[] mutants)
    {
        string source = File.ReadAllText(path);
        (int, Mutant)[] inHere = [.. mutants.Select((mutant, i) => (i + 1, mutant)).Where(pair => SourceTree.PathOf(pair.mutant) == path)];
        return inHere.Length == 0 ? CSharpSyntaxTree.ParseText(source, _options, path) : new MutantWeaver(_options).Weave(path, source, inHere);
    }

    /// <summary>What this process runs on, MSTest included.</summary>
    private static IEnumerable<MetadataReference> PlatformReferences()
    {
        string trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        return trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(typeof(TestMethodAttribute).Assembly.Location)
            .Append(typeof(Assert).Assembly.Location)
            .Where(path => Path.GetFileName(path) is string file
                && (file.StartsWith("System.", StringComparison.Ordinal) || file.Contains("TestFramework", StringComparison.Ordinal) || file is "netstandard.dll" or "mscorlib.dll"))
            .DistinctBy(Path.GetFileName)
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
