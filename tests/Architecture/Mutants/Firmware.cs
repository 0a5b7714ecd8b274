using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>
/// The firmware's decisions and their tests, compiled in memory as three assemblies: Core.Crypto; Core with the ports in memory; the shared
/// tests. A mutant changes one source, so only that source's assembly is compiled again.
/// </summary>
internal sealed class Firmware
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp9);

    private readonly CSharpCompilation _crypto;
    private readonly CSharpCompilation _core;

    internal Firmware()
    {
        MetadataReference[] platform = [.. PlatformReferences()];
        _crypto = Compile("Mutants.Crypto", platform, "firmware/Core.Crypto");
        Crypto = Emit(_crypto);
        MetadataReference crypto = MetadataReference.CreateFromImage(Crypto);
        _core = Compile("Mutants.Core", [.. platform, crypto], "firmware/Core", "tools/Core.DotNet/Memory");
        Core = Emit(_core);
        MetadataReference core = MetadataReference.CreateFromImage(Core);
        Tests = Emit(Compile("Mutants.Tests", [.. platform, crypto, core], "tests/Core.Tests"));
    }

    internal byte[] Crypto { get; }

    internal byte[] Core { get; }

    internal byte[] Tests { get; }

    /// <summary>The assemblies with one source changed, to be loaded together.</summary>
    internal TestBench Mutate(string path, string source)
    {
        bool isCrypto = path.Contains("/Core.Crypto/", StringComparison.Ordinal);
        CSharpCompilation compilation = isCrypto ? _crypto : _core;
        SyntaxTree before = compilation.SyntaxTrees.Single(tree => tree.FilePath == path);
        byte[] image = Emit(compilation.ReplaceSyntaxTree(before, CSharpSyntaxTree.ParseText(source, Options, path)));
        return isCrypto ? new TestBench(image, Core, Tests) : new TestBench(null, image, Tests);
    }

    private static CSharpCompilation Compile(string name, MetadataReference[] references, params string[] folders)
    {
        IEnumerable<SyntaxTree> trees = folders
            .SelectMany(SourceTree.Sources)
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), Options, path));
        return CSharpCompilation.Create(name, trees, references, new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, concurrentBuild: false));
    }

    private static byte[] Emit(CSharpCompilation compilation)
    {
        using MemoryStream stream = new();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(stream);
        if (!result.Success)
        {
            string errors = string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5));
            throw new InvalidOperationException(compilation.AssemblyName + " does not compile: " + errors);
        }

        return stream.ToArray();
    }

    /// <summary>What this process runs on, MSTest included.</summary>
    private static IEnumerable<MetadataReference> PlatformReferences()
    {
        string trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        return trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(typeof(TestMethodAttribute).Assembly.Location)
            .Append(typeof(Assert).Assembly.Location)
            .Where(path => Path.GetFileName(path) is string file
                && (file.StartsWith("System.", StringComparison.Ordinal) || file.StartsWith("Microsoft.VisualStudio.TestPlatform.TestFramework", StringComparison.Ordinal)
                    || file.StartsWith("MSTest.TestFramework", StringComparison.Ordinal) || file is "netstandard.dll" or "mscorlib.dll"))
            .DistinctBy(Path.GetFileName)
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
