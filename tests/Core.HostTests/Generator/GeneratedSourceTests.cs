using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.HostTests.Generator;

/// <summary>
/// The generated files of Core.Crypto are what the generator writes. Each generation proves the bounds of every limb and every column; a formula that broke them ends
/// it. To write them anew after a change: DEVICEFIRMWARE_WRITE_GENERATED=1 dotnet test tests/Core.HostTests --filter GeneratedSourceTests.
/// </summary>
[TestClass]
public sealed class GeneratedSourceTests
{
    [TestMethod]
    public void FilesAreWhatTheGeneratorWrites()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "DeviceFirmware.sln")))
        {
            root = root.Parent;
        }

        Assert.IsNotNull(root);
        Assert.HasCount(4, FieldSources.All);
        foreach ((string name, string source) in FieldSources.All)
        {
            string path = Path.Combine(root.FullName, "firmware", "Core.Crypto", name);
            if (Environment.GetEnvironmentVariable("DEVICEFIRMWARE_WRITE_GENERATED") == "1")
            {
                File.WriteAllText(path, source);
            }

            Assert.AreEqual(source, File.ReadAllText(path), name);
        }
    }

    [TestMethod]
    public void AColumnThatCouldOverflowIsRefused()
    {
        FieldCode code = new();
        code.Assume("a", -1, 1, 2);
        code.Assume("b", -1, 1, 2);
        Assert.ThrowsExactly<InvalidOperationException>(() => code.Reduce("c", [new("a", "b")]));
        code.Assume("a", -1, 1);
        code.Reduce("c", [new("a", "b")]);
        code.Assume("a", -40, 40);
        Assert.ThrowsExactly<InvalidOperationException>(() => code.Subtract("c", "a", "a"));
    }
}
