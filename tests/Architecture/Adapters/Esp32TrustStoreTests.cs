extern alias board;
extern alias nano;

using board::DeviceFirmware.Esp32;
using CertificateManager = nano::System.Net.Security.CertificateManager;
using File = nano::System.IO.File;

namespace DeviceFirmware.Tests.Architecture.Adapters;

/// <summary>The CLR's CA store is empty only when nothing can be in it.</summary>
[TestClass]
[DoNotParallelize]
public sealed class Esp32TrustStoreTests
{
    private const string StorePath = "I:\\con_XB1_0.sys";

    private readonly Esp32TrustStore _store = new(new Esp32Files());

    [TestInitialize]
    [TestCleanup]
    public void Empty()
    {
        if (File.Exists(StorePath))
        {
            File.Delete(StorePath);
        }
    }

    [TestMethod]
    public void NoFileAndAnEmptyFileAreAnEmptyStore()
    {
        Assert.IsNull(_store.CaBundle());
        File.WriteAllBytes(StorePath, []);
        Assert.IsNull(_store.CaBundle());
    }

    [TestMethod]
    public void AWellFormedStoreGivesTheBundleWhateverItsMarker()
    {
        File.WriteAllBytes(StorePath, [0xDE, 0xAD, 0xBE, 0xEF, 3, 0, 0, 0, 0x30, 1, 2]);
        CollectionAssert.AreEqual(new byte[] { 0x30, 1, 2 }, _store.CaBundle());
    }

    [TestMethod]
    [DataRow(new byte[] { 1 })]
    [DataRow(new byte[] { 0x58, 0x42, 0x31, 0, 0, 0, 0, 0 })]
    [DataRow(new byte[] { 0x58, 0x42, 0x31, 0, 2, 0, 0, 0, 0x30 })]
    [DataRow(new byte[] { 0x58, 0x42, 0x31, 0, 1, 0, 0, 0, 0x30, 0x31 })]
    [DataRow(new byte[] { 0x58, 0x42, 0x31, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x30 })]
    public void AnyOtherFileCountsAsWhole(byte[] stored)
    {
        File.WriteAllBytes(StorePath, stored);
        CollectionAssert.AreEqual(stored, _store.CaBundle());
    }

    [TestMethod]
    public void WhatTheCertificateManagerStoresIsSeen()
    {
        byte[] bundle = [0x30, 0x82, 1, 0, .. new byte[256]];
        CertificateManager.AddCaCertificateBundle(bundle);
        Assert.IsNotNull(_store.CaBundle(), "the first, truncated bundle");
        CertificateManager.AddCaCertificateBundle(bundle);
        CollectionAssert.AreEqual(bundle, _store.CaBundle());
    }
}
