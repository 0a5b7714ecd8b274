using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>Decisions and their tests, compiled in memory. All mutants of a table are in them, each behind its number; 0 is the code as it is.</summary>
internal abstract class MutantBuild
{
    private const string Switch = "namespace Mutants { internal static class Switch { internal static int Active; } }";

    private readonly List<(string Name, byte[] Image)> _assemblies = [];
    private readonly List<Assembly> _shared = [];
    private readonly AssemblyLoadContext _sharedContext = new("shared");
    private readonly Dictionary<int, int> _homes = [];
    private readonly string _folder;
    private readonly CSharpParseOptions _options;
    private readonly CSharpCompilationOptions _output;

    protected MutantBuild(string folder, Mutant[] mutants, string testNamespace, CSharpParseOptions options, NullableContextOptions nullable)
    {
        _folder = folder;
        Mutants = mutants;
        TestNamespace = testNamespace;
        _options = options;
        _output = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: nullable);
    }

    /// <summary>The table; a mutant's number is its place, from 1.</summary>
    internal Mutant[] Mutants { get; }

    /// <summary>What stands before <see cref="Mutant.Test"/>.</summary>
    internal string TestNamespace { get; }

    /// <summary>How many assemblies there are; each uses those before it, the last has the tests.</summary>
    internal int Count => _assemblies.Count;

    internal string NameOf(int assembly) => _assemblies[assembly].Name;

    internal byte[] ImageOf(int assembly) => _assemblies[assembly].Image;

    /// <summary>The assembly that this mutant changes.</summary>
    internal int HomeOf(int number) => number == 0 ? Count - 1 : _homes[number];

    /// <summary>The first assembly that some mutant changes.</summary>
    internal int LowestHome => _homes.Values.Min();

    /// <summary>An assembly as it is, one for all: the runtime compiles what is in it only once.</summary>
    internal Assembly Shared(int assembly)
    {
        lock (_shared)
        {
            while (_shared.Count <= assembly)
            {
                _shared.Add(_sharedContext.LoadFromStream(new MemoryStream(ImageOf(_shared.Count))));
            }

            return _shared[assembly];
        }
    }

    /// <summary>Adds an assembly that is compiled already; there are no mutants in it.</summary>
    protected void Add(string name, byte[] image)
    {
        _assemblies.Add((name, image));
    }

    /// <summary>Compiles sources, folders or files, with the mutants that are in them; the assemblies so far are references.</summary>
    protected void Compile(string name, IEnumerable<MetadataReference> references, string usings, params string[] sources)
    {
        IEnumerable<SyntaxTree> trees = sources.SelectMany(SourceTree.Sources).Select(Parse)
            .Append(CSharpSyntaxTree.ParseText(usings, _options))
            .Append(CSharpSyntaxTree.ParseText(Switch, _options));
        IEnumerable<MetadataReference> before = _assemblies.Select(assembly => MetadataReference.CreateFromImage(assembly.Image));
        CSharpCompilation compilation = CSharpCompilation.Create(name, trees, references.Concat(before), _output);
        using MemoryStream stream = new();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(stream);
        if (!result.Success)
        {
            string errors = string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5));
            throw new InvalidOperationException(name + " does not compile: " + errors);
        }

        Add(name, stream.ToArray());
    }

    /// <summary>What this process runs on, MSTest included, and what else begins with one of the prefixes.</summary>
    protected static IEnumerable<MetadataReference> PlatformReferences(params string[] prefixes)
    {
        string trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        return trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(typeof(TestMethodAttribute).Assembly.Location)
            .Append(typeof(Assert).Assembly.Location)
            .Where(path => Path.GetFileName(path) is string file
                && (file.Contains("TestFramework", StringComparison.Ordinal) || file is "netstandard.dll" or "mscorlib.dll"
                    || prefixes.Append("System.").Any(prefix => file.StartsWith(prefix, StringComparison.Ordinal))))
            .DistinctBy(Path.GetFileName)
            .Select(path => MetadataReference.CreateFromFile(path));
    }

    private SyntaxTree Parse(string path)
    {
        string source = File.ReadAllText(path);
        (int Number, Mutant)[] inHere = [.. Mutants.Select((mutant, i) => (i + 1, mutant)).Where(pair => SourceTree.PathOf(_folder, pair.mutant) == path)];
        foreach ((int number, _) in inHere)
        {
            _homes[number] = Count;
        }

        return inHere.Length == 0 ? CSharpSyntaxTree.ParseText(source, _options, path) : new MutantWeaver(_options).Weave(path, source, inHere);
    }
}
