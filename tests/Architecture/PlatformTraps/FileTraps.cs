extern alias nano;

using File = nano::System.IO.File;
using FileStream = nano::System.IO.FileStream;

namespace DeviceFirmware.Tests.Architecture.PlatformTraps;

/// <summary>littlefs as the platform shows it.</summary>
[TestClass]
public sealed class FileTraps
{
    [TestMethod]
    public void MoveDoesNotReplace()
    {
        File.WriteAllBytes("I:\\move-a", [1]);
        File.WriteAllBytes("I:\\move-b", [2]);
        Assert.ThrowsExactly<IOException>(() => File.Move("I:\\move-a", "I:\\move-b"));
        CollectionAssert.AreEqual(new byte[] { 2 }, File.ReadAllBytes("I:\\move-b"));
        File.Move("I:\\move-a", "I:\\move-c");
        Assert.IsFalse(File.Exists("I:\\move-a"));
    }

    [TestMethod]
    public void CreateTruncatesAtOnce()
    {
        File.WriteAllBytes("I:\\create", [1, 2, 3]);
        using FileStream stream = new("I:\\create", FileMode.Create);
        Assert.IsEmpty(Stored("create"));
    }

    [TestMethod]
    public void WhatIsWrittenIsDurableAfterCloseNotAfterFlush()
    {
        FileStream stream = new("I:\\durable", FileMode.Create);
        stream.Write([1, 2, 3], 0, 3);
        stream.Flush();
        Assert.IsEmpty(Stored("durable"));
        stream.Close();
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, Stored("durable"));
    }

    [TestMethod]
    public void AnOpenedFileKeepsItsContentUntilClose()
    {
        File.WriteAllBytes("I:\\patched", [1, 2, 3]);
        FileStream stream = new("I:\\patched", FileMode.Open, FileAccess.ReadWrite);
        stream.Seek(1, SeekOrigin.Begin);
        stream.Write([9, 9, 9], 0, 3);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, Stored("patched"));
        stream.Close();
        CollectionAssert.AreEqual(new byte[] { 1, 9, 9, 9 }, Stored("patched"));
    }

    [TestMethod]
    public void DeleteOfNothingThrows()
    {
        Assert.Throws<IOException>(() => File.Delete("I:\\nothing"));
    }

    [TestMethod]
    [DataRow("I:\\..\\outside")]
    [DataRow("I:\\../outside")]
    [DataRow("/etc/hostname")]
    [DataRow("I:\\")]
    public void NoPathLeavesTheFlash(string path)
    {
        Assert.Throws<IOException>(() => File.ReadAllBytes(path));
    }

    private static byte[] Stored(string name) => System.IO.File.ReadAllBytes(Path.Combine(BoardOfTheTests.Flash, name));
}
