using System.Reflection;
using System.Runtime.Loader;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>A build loaded apart from everything else, and a runner of its tests, with one of its mutants switched on or none.</summary>
internal sealed class TestBench : IDisposable
{
    private readonly AssemblyLoadContext _context = new("mutant", isCollectible: true);
    private readonly MutantBuild _build;
    private readonly Assembly[] _assemblies;

    /// <summary>A bench with assemblies of its own from <paramref name="first"/> on. Those before it are shared: no mutant of theirs can be switched on here.</summary>
    internal TestBench(MutantBuild build, int first)
    {
        _build = build;
        _assemblies = [.. Enumerable.Range(0, build.Count).Select(i => i < first ? build.Shared(i) : _context.LoadFromStream(new MemoryStream(build.ImageOf(i))))];
        _context.Resolving += (_, name) => Array.Find(_assemblies, assembly => assembly.GetName().Name == name.Name);
    }

    /// <summary>True when a test did not end and still runs here.</summary>
    internal bool IsCutOff { get; private set; }

    /// <summary>Runs <c>Stage.Class</c> or <c>Stage.Class.Method</c> with the mutant of that number, 0: none; returns the first failure, or null when every test passed.</summary>
    internal string? Run(string tests, int number, TimeSpan limit)
    {
        string[] parts = tests.Split('.');
        Type type = _assemblies[^1].GetType(_build.TestNamespace + parts[0] + "." + parts[1], throwOnError: true)!;
        MethodInfo[] methods = [.. type.GetMethods().Where(IsTest).Where(method => parts.Length == 2 || method.Name == parts[2])];
        if (methods.Length == 0)
        {
            throw new InvalidOperationException("no test " + tests);
        }

        string? failure = null;
        Thread thread = new(() => failure = FirstFailure(type, methods)) { IsBackground = true };
        Activate(number, number);
        thread.Start();
        IsCutOff = !thread.Join(limit);
        Activate(number, 0);
        return IsCutOff ? "cut off after " + limit.TotalSeconds + " s" : failure;
    }

    private void Activate(int number, int active)
    {
        _assemblies[_build.HomeOf(number)].GetType("Mutants.Switch", throwOnError: true)!.GetField("Active", BindingFlags.Static | BindingFlags.NonPublic)!.SetValue(null, active);
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
            foreach (object?[]? row in Rows(method))
            {
                object? instance = null;
                try
                {
                    instance = Activator.CreateInstance(type, BindingFlags.DoNotWrapExceptions | BindingFlags.Instance | BindingFlags.Public, null, null, null)!;
                    (method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, row, null) as Task)?.GetAwaiter().GetResult();
                }
                catch (AssertInconclusiveException)
                {
                    // Something that this machine lacks: no verdict.
                }
                catch (Exception exception)
                {
                    return method.Name + ": " + exception.GetType().Name;
                }
                finally
                {
                    CleanUp(instance);
                }
            }
        }

        return null;
    }

    /// <summary>What a test leaves behind goes with it. A mutant may break that too, and it is not what is asked.</summary>
    private static void CleanUp(object? instance)
    {
        foreach (MethodInfo method in (instance?.GetType().GetMethods() ?? []).Where(method => method.GetCustomAttributes().Any(attribute => attribute is TestCleanupAttribute)))
        {
            try
            {
                method.Invoke(instance, null);
            }
            catch (TargetInvocationException)
            {
            }
        }

        (instance as IDisposable)?.Dispose();
    }

    /// <summary>The arguments of each run; once without any for a test that has no data.</summary>
    private static object?[]?[] Rows(MethodInfo method)
    {
        ITestDataSource[] sources = [.. method.GetCustomAttributes().OfType<ITestDataSource>()];
        return sources.Length == 0 ? [null] : [.. sources.SelectMany(source => source.GetData(method))];
    }
}
