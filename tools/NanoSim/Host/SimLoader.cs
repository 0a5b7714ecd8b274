using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>
/// Assembly.Load(byte[]). Traps: a deployed assembly of the same name wins; there is no unload; what an assembly needs must be loaded
/// before it, in the same major.minor; static constructors run inside the load, in alphabetical order of the type names, and their exceptions are swallowed.
/// </summary>
public static class SimLoader
{
    private static readonly Lock _lock = new();
    private static readonly AssemblyLoadContext _loaded = new("board");

    /// <summary>Loads one assembly from its bytes; throws BadImageFormatException or FileLoadException.</summary>
    public static Assembly Load(byte[] image)
    {
        SimCpu.Pass();
        lock (_lock)
        {
            string name = NameOf(image);
            Assembly? present = Find(name);
            if (present is not null)
            {
                return present;
            }

            using MemoryStream stream = new(image, writable: false);
            Assembly assembly = _loaded.LoadFromStream(stream);
            foreach (AssemblyName needed in assembly.GetReferencedAssemblies())
            {
                AssemblyName? found = Find(needed.Name!)?.GetName();
                if (found is null && !IsRuntime(needed))
                {
                    throw new FileLoadException($"{name} needs {needed.Name}, which is not loaded");
                }

                if (found is not null && !IsRuntime(needed) && Line(found) != Line(needed))
                {
                    throw new FileLoadException($"{name} needs {needed.Name} {Line(needed)}, {Line(found)} is loaded");
                }
            }

            RunStaticConstructors(assembly);
            return assembly;
        }
    }

    /// <summary>A type of a loaded assembly; null when there is none.</summary>
    public static Type? GetType(object assembly, string name) => ((Assembly)assembly).GetType(name);

    private static string NameOf(byte[] image)
    {
        using PEReader reader = new(new MemoryStream(image, writable: false));
        if (!reader.HasMetadata)
        {
            throw new BadImageFormatException("not an assembly");
        }

        MetadataReader metadata = reader.GetMetadataReader();
        return metadata.GetString(metadata.GetAssemblyDefinition().Name);
    }

    private static Assembly? Find(string name)
    {
        IEnumerable<Assembly> all = AssemblyLoadContext.Default.Assemblies.Concat(_loaded.Assemblies);
        return all.FirstOrDefault(a => a.GetName().Name == name);
    }

    private static string Line(AssemblyName name) => $"{name.Version?.Major}.{name.Version?.Minor}";

    private static bool IsRuntime(AssemblyName name)
    {
        return name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name is "mscorlib" or "netstandard";
    }

    private static void RunStaticConstructors(Assembly assembly)
    {
        foreach (Type type in assembly.GetTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            try
            {
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            }
            catch (TypeInitializationException)
            {
                // Swallowed, as the platform does.
            }
        }
    }
}
