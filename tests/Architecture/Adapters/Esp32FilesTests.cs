extern alias board;

using board::DeviceFirmware.Esp32;
using board::DeviceFirmware.Storage;

namespace DeviceFirmware.Tests.Architecture.Adapters;

/// <summary>The port of the flash on the platform's file system.</summary>
[TestClass]
public sealed class Esp32FilesTests
{
    private readonly Esp32Files _files = new();

    [TestMethod]
    public void AFileThatIsNotThereHasNoLengthAndNoBytes()
    {
        Assert.AreEqual(-1, _files.Length("files-none"));
        Assert.AreEqual(0, _files.Read("files-none", 0, new byte[4], 0, 4));
        _files.Delete("files-none");
    }

    [TestMethod]
    public void CreateReplacesWhatWasThere()
    {
        _files.Create("files-create", [1, 2, 3, 4], 4);
        _files.Create("files-create", [9, 8, 7], 2);
        CollectionAssert.AreEqual(new byte[] { 9, 8 }, All("files-create"));
    }

    [TestMethod]
    public void WriteAtOverwritesAndExtends()
    {
        _files.Create("files-write", [1, 2, 3], 3);
        _files.WriteAt("files-write", 2, [0, 7, 8, 0], 1, 2);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 7, 8 }, All("files-write"));
        _files.WriteAt("files-write", 4, [5], 0, 1);
        Assert.AreEqual(5, _files.Length("files-write"));
    }

    [TestMethod]
    public void WriteAtWantsAFileAndNoGap()
    {
        Assert.ThrowsExactly<StorageFailedException>(() => _files.WriteAt("files-absent", 0, [1], 0, 1));
        _files.Create("files-gap", [1], 1);
        Assert.ThrowsExactly<StorageFailedException>(() => _files.WriteAt("files-gap", 2, [1], 0, 1));
        CollectionAssert.AreEqual(new byte[] { 1 }, All("files-gap"));
    }

    [TestMethod]
    public void ReadEndsWithTheFile()
    {
        _files.Create("files-read", [1, 2, 3], 3);
        byte[] buffer = new byte[5];
        Assert.AreEqual(2, _files.Read("files-read", 1, buffer, 3, 2));
        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 2, 3 }, buffer);
        Assert.AreEqual(0, _files.Read("files-read", 3, buffer, 0, 5));
        _files.Delete("files-read");
        Assert.AreEqual(-1, _files.Length("files-read"));
    }

    private byte[] All(string name)
    {
        byte[] content = new byte[_files.Length(name)];
        Assert.AreEqual(content.Length, _files.Read(name, 0, content, 0, content.Length));
        return content;
    }
}
