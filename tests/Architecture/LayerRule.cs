using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>Which assembly of the firmware may use which.</summary>
[TestClass]
public sealed class LayerRule
{
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["DeviceFirmware.Core.Crypto"] = [],
        ["DeviceFirmware.Core"] = ["DeviceFirmware.Core.Crypto"],
        ["DeviceFirmware.Core.Operation"] = ["DeviceFirmware.Core", "DeviceFirmware.Core.Crypto"],
        ["DeviceFirmware.Anchors"] = [],
        ["DeviceFirmware.Contract"] = [],
        ["DeviceFirmware.App.Telemetry"] = ["DeviceFirmware.Contract"],
        ["DeviceFirmware.App.Sensor"] = ["DeviceFirmware.Contract"],
        ["DeviceFirmware.Esp32"] = ["DeviceFirmware.Core", "DeviceFirmware.Core.Operation", "DeviceFirmware.Core.Crypto", "DeviceFirmware.Contract"],
        ["DeviceFirmware.Loader"] = ["DeviceFirmware.Core", "DeviceFirmware.Core.Operation", "DeviceFirmware.Core.Crypto", "DeviceFirmware.Contract", "DeviceFirmware.Anchors", "DeviceFirmware.Esp32"],
    };

    /// <summary>Each assembly uses the core library and what the table allows; and the table has them all.</summary>
    [TestMethod]
    public void EveryAssemblyUsesWhatItMay()
    {
        List<ModuleDefinition> firmware = Il.Firmware();
        Assert.AreSequenceEqual(_allowed.Keys.Order(StringComparer.Ordinal), firmware.Select(module => module.Assembly.Name.Name).Order(StringComparer.Ordinal));
        Expect.Nothing(firmware.SelectMany(module => Violations(module, _allowed[module.Assembly.Name.Name])));
    }

    /// <summary>NanoSim is the platform: it knows nothing of the firmware that runs on it, so it cannot decide for it.</summary>
    [TestMethod]
    public void TheSimulationKnowsNoFirmware()
    {
        Expect.Nothing(FirmwareReferences(Il.Beside("DeviceFirmware.NanoSim.Host")));
        Expect.Nothing(FirmwareReferences(Il.Beside("NanoSim")));
    }

    /// <summary>Planted: a Core.Crypto that uses Core and LINQ.</summary>
    [TestMethod]
    public void AForbiddenReferenceIsSeen()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("DeviceFirmware.Core.Crypto", new Version(1, 0)), "m", ModuleKind.Dll);
        assembly.MainModule.AssemblyReferences.Add(new AssemblyNameReference("DeviceFirmware.Core", new Version(1, 0)));
        assembly.MainModule.AssemblyReferences.Add(new AssemblyNameReference("System.Linq", new Version(1, 0)));
        Expect.Caught(
            Violations(assembly.MainModule, _allowed["DeviceFirmware.Core.Crypto"]),
            "DeviceFirmware.Core.Crypto: uses DeviceFirmware.Core",
            "DeviceFirmware.Core.Crypto: uses System.Linq");
        Expect.Caught(FirmwareReferences(assembly.MainModule), "DeviceFirmware.Core.Crypto: uses DeviceFirmware.Core");
    }

    private static IEnumerable<string> FirmwareReferences(ModuleDefinition module)
    {
        return module.AssemblyReferences
            .Where(reference => reference.Name.StartsWith("DeviceFirmware.", StringComparison.Ordinal) && reference.Name != "DeviceFirmware.NanoSim.Host")
            .Select(reference => $"{module.Assembly.Name.Name}: uses {reference.Name}");
    }

    private static IEnumerable<string> Violations(ModuleDefinition module, string[] allowed)
    {
        return module.AssemblyReferences
            .Where(reference => reference.Name is not ("NanoApi" or "mscorlib") && !allowed.Contains(reference.Name))
            .Select(reference => $"{module.Assembly.Name.Name}: uses {reference.Name}");
    }
}
