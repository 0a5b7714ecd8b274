using System.Reflection;
using System.Runtime.Loader;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>The three assemblies, loaded apart from everything else, and a runner of their tests.</summary>
internal sealed class TestBench : IDisposable
{
    private static readonly Lock CryptoGate = new();
    private static Assembly? _sharedCrypto;

    private readonly AssemblyLoadContext _context = new("mutant", isCollectible: true);
    private readonly Assembly _tests;

    /// <summary>Without a crypto assembly of its own, the bench uses one that all share: the arithmetic is compiled by the runtime only once.</summary>
    internal TestBench(byte[]? crypto, byte[] core, byte[] tests)
    {
        Assembly cryptoAssembly = crypto is null ? _sharedCrypto ?? throw new InvalidOperationException() : Load(crypto);
        Assembly coreAssembly = Load(core);
        _tests = Load(tests);
        _context.Resolving += (_, name) => name.Name switch
        {
            "Mutants.Crypto" => cryptoAssembly,
            "Mutants.Core" => coreAssembly,
            _ => null,
        };
    }

    internal static void Share(byte[] crypto)
    {
        lock (CryptoGate)
        {
            _sharedCrypto ??= new AssemblyLoadContext("crypto").LoadFromStream(new MemoryStream(crypto));
        }
    }

    /// <summary>Runs <c>Stage.Class</c> or <c>Stage.Class.Method</c>; returns the first failure, or null when every test passed.</summary>
    internal string? Run(string tests, TimeSpan limit)
    {
        string[] parts = tests.Split('.');
        Type type = _tests.GetType("DeviceFirmware.Tests." + parts[0] + "." + parts[1], throwOnError: true)!;
        MethodInfo[] methods = [.. type.GetMethods().Where(IsTest).Where(method => parts.Length == 2 || method.Name == parts[2])];
        if (methods.Length == 0)
        {
            throw new InvalidOperationException("no test " + tests);
        }

        string? failure = null;
        Thread thread = new(() => failure = FirstFailure(type, methods)) { IsBackground = true };
        thread.Start();
        return thread.Join(limit) ? failure : "cut off after " + limit.TotalSeconds + " s";
    }

    public void Dispose()
    {
        _context.Unload();
    }

    private static bool IsTest(MethodInfo method)
    {
        return method.GetCustomAttributes().Any(attribute => attribute is TestMethodAttribute);
    }

    private static string? FirstFailure(Type type, MethodInfo[] methods)
    {
        foreach (MethodInfo method in methods)
        {
            try
            {
                method.Invoke(Activator.CreateInstance(type), null);
            }
            catch (TargetInvocationException exception) when (exception.InnerException is not AssertInconclusiveException)
            {
                return method.Name + ": " + exception.InnerException!.GetType().Name;
            }
        }

        return null;
    }

    private Assembly Load(byte[] image)
    {
        return _context.LoadFromStream(new MemoryStream(image));
    }
}
