using System.Reflection;
using System.Runtime.Loader;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>The firmware with one mutant switched on, loaded apart from everything else, and a runner of its tests.</summary>
internal sealed class TestBench : IDisposable
{
    private static readonly Lock _gate = new();
    private static Assembly? _sharedCrypto;

    private readonly AssemblyLoadContext _context = new("mutant", isCollectible: true);
    private readonly Assembly _tests;

    /// <summary>A bench with the mutant of that number; 0: none. One whose crypto is as it is uses what all share: the runtime compiles the arithmetic only once.</summary>
    internal TestBench(Firmware firmware, int number, bool inCrypto)
    {
        Assembly crypto = inCrypto ? Load(firmware.Crypto) : SharedCrypto(firmware);
        Assembly core = Load(firmware.Core);
        _tests = Load(firmware.Tests);
        _context.Resolving += (_, name) => name.Name switch
        {
            "Mutants.Crypto" => crypto,
            "Mutants.Core" => core,
            _ => null,
        };
        Activate(inCrypto ? crypto : core, number);
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

    private static Assembly SharedCrypto(Firmware firmware)
    {
        lock (_gate)
        {
            return _sharedCrypto ??= new AssemblyLoadContext("crypto").LoadFromStream(new MemoryStream(firmware.Crypto));
        }
    }

    private static void Activate(Assembly assembly, int number)
    {
        assembly.GetType("Mutants.Switch", throwOnError: true)!.GetField("Active", BindingFlags.Static | BindingFlags.NonPublic)!.SetValue(null, number);
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
