using DeviceFirmware.Board;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Scenario.Board;

/// <summary>What a summary of eFuses says of a board, with the names of each chip.</summary>
[TestClass]
public sealed class EfuseSummaryTests
{
    private const string Mac = "MAC (BLOCK1)                                       MAC address\n   = 60:55:f9:00:11:22 (OK) R/W\n";

    [TestMethod]
    [DataRow("SECURE_BOOT_EN=1", "secureBoot", "v2")]
    [DataRow("SECURE_BOOT_EN=0", "secureBoot", "off")]
    [DataRow("ABS_DONE_0=0 ABS_DONE_1=1", "secureBoot", "v2")]
    [DataRow("ABS_DONE_0=1 ABS_DONE_1=0", "secureBoot", "v1")]
    [DataRow("ABS_DONE_0=0 ABS_DONE_1=0", "secureBoot", "off")]
    [DataRow("WR_DIS=0", "secureBoot", "unknown")]
    [DataRow("SPI_BOOT_CRYPT_CNT=000", "flashEncryption", "off")]
    [DataRow("SPI_BOOT_CRYPT_CNT=011", "flashEncryption", "off")]
    [DataRow("SPI_BOOT_CRYPT_CNT=001 DIS_DOWNLOAD_MANUAL_ENCRYPT=1", "flashEncryption", "development")]
    [DataRow("SPI_BOOT_CRYPT_CNT=001- DIS_DOWNLOAD_MANUAL_ENCRYPT=0", "flashEncryption", "development")]
    [DataRow("SPI_BOOT_CRYPT_CNT=111- DIS_DOWNLOAD_MANUAL_ENCRYPT=1", "flashEncryption", "release")]
    [DataRow("SPI_BOOT_CRYPT_CNT=111- DIS_DOWNLOAD_MANUAL_ENCRYPT=1 DIS_DOWNLOAD_ICACHE=0", "flashEncryption", "development")]
    [DataRow("SPI_BOOT_CRYPT_CNT=111- DIS_DOWNLOAD_MANUAL_ENCRYPT=1 DIS_DOWNLOAD_ICACHE=1 DIS_DOWNLOAD_DCACHE=1", "flashEncryption", "release")]
    [DataRow("SPI_BOOT_CRYPT_CNT=111 DIS_DOWNLOAD_MANUAL_ENCRYPT=1 DIS_DOWNLOAD_ICACHE=0 DIS_DOWNLOAD_MODE=0 ENABLE_SECURITY_DOWNLOAD=1", "flashEncryption", "release")]
    [DataRow("SPI_BOOT_CRYPT_CNT=111 DIS_DOWNLOAD_MANUAL_ENCRYPT=0 DIS_DOWNLOAD_MODE=0 ENABLE_SECURITY_DOWNLOAD=1", "flashEncryption", "development")]
    [DataRow("FLASH_CRYPT_CNT=1111111 DISABLE_DL_ENCRYPT=1 DISABLE_DL_DECRYPT=1 DISABLE_DL_CACHE=1", "flashEncryption", "release")]
    [DataRow("FLASH_CRYPT_CNT=0000001- DISABLE_DL_ENCRYPT=1 DISABLE_DL_DECRYPT=1 DISABLE_DL_CACHE=1", "flashEncryption", "release")]
    [DataRow("FLASH_CRYPT_CNT=0000001- DISABLE_DL_ENCRYPT=1 DISABLE_DL_DECRYPT=0 DISABLE_DL_CACHE=1", "flashEncryption", "development")]
    [DataRow("FLASH_CRYPT_CNT=0000001 DISABLE_DL_ENCRYPT=1 DISABLE_DL_DECRYPT=1 DISABLE_DL_CACHE=1", "flashEncryption", "development")]
    [DataRow("WR_DIS=0", "flashEncryption", "unknown")]
    [DataRow("JTAG_DISABLE=1", "jtag", "off")]
    [DataRow("JTAG_DISABLE=0", "jtag", "open")]
    [DataRow("DIS_PAD_JTAG=1 DIS_USB_JTAG=1", "jtag", "off")]
    [DataRow("DIS_PAD_JTAG=1 DIS_USB_JTAG=0", "jtag", "open")]
    [DataRow("DIS_PAD_JTAG=1", "jtag", "unknown")]
    [DataRow("UART_DOWNLOAD_DIS=1", "download", "off")]
    [DataRow("DIS_DOWNLOAD_MODE=0 ENABLE_SECURITY_DOWNLOAD=1", "download", "secure")]
    [DataRow("DIS_DOWNLOAD_MODE=0 ENABLE_SECURITY_DOWNLOAD=0", "download", "open")]
    public void EachChipsNames(string fuses, string member, string expected)
    {
        BoardPosture posture = EfuseSummary.Parse(Summary(fuses))!.AddTo(BoardPosture.Nothing);
        Assert.AreEqual(expected, posture.Members.Single(m => m.Name == member).Value);
    }

    [TestMethod]
    public void ItNamesItsBoard() => Assert.AreEqual("6055f9001122", EfuseSummary.Parse(Summary("WR_DIS=0"))!.HardwareId);

    [TestMethod]
    public void WhatIsNoSummaryOrTwoIsNone()
    {
        Assert.IsNull(EfuseSummary.Parse(""));
        Assert.IsNull(EfuseSummary.Parse(Mac));
        Assert.IsNull(EfuseSummary.Parse(Fuse("SECURE_BOOT_EN=1")));
        Assert.IsNull(EfuseSummary.Parse(Summary("SECURE_BOOT_EN=1 SECURE_BOOT_EN=0")));
    }

    /// <summary>A value in the description's prose is no value.</summary>
    [TestMethod]
    public void OnlyTheLastColumnCounts()
    {
        string text = Mac + "SECURE_BOOT_EN (BLOCK0)   Says = True R/W (0b1) when set              = False R/W (0b0)\n";
        Assert.AreEqual("off", EfuseSummary.Parse(text)!.AddTo(BoardPosture.Nothing).SecureBoot);
        Assert.IsNull(EfuseSummary.Parse(Mac + "SECURE_BOOT_EN (BLOCK0)   Set this bit to enable secure boot = True R/W\n"), "no raw value, no eFuse");
    }

    [TestMethod]
    public void AWholeEsp32Board()
    {
        BoardPosture posture = EfuseSummary.Parse(Summary(
            "ABS_DONE_0=0 ABS_DONE_1=1 FLASH_CRYPT_CNT=1111111- DISABLE_DL_ENCRYPT=1 DISABLE_DL_DECRYPT=1 DISABLE_DL_CACHE=1 JTAG_DISABLE=1 UART_DOWNLOAD_DIS=1"))!
            .AddTo(BoardPosture.Nothing);
        Assert.AreSequenceEqual(["debugger is unknown, not silent"], posture.BelowProduction());
        Assert.IsEmpty(posture.With("debugger", "silent").BelowProduction());
        Assert.HasCount(4, BoardPosture.Nothing.BelowProduction());
    }

    [TestMethod]
    public void ThePostureIsReadBackAndNothingElseIs()
    {
        BoardPosture posture = BoardPosture.Nothing.With("hardwareId", "6055f9001122").With("chip", "ESP32-C3").With("secureBoot", "perhaps").With("jtag", "open");
        Assert.AreEqual("unknown", posture.SecureBoot, "no such value");
        string json = posture.Encode();
        Assert.AreEqual(json, Decode(json)!.Encode());
        foreach (string wrong in (string[])
        [
            "", "[]", "{}", "{\"posture\":1}", json + ",", json.Replace("\"posture\":1", "\"posture\":2", StringComparison.Ordinal), json.Replace("\"open\"", "\"ajar\"", StringComparison.Ordinal),
            json.Replace("\"chip\"", "\"hardwareId\"", StringComparison.Ordinal), json.Replace("}", ",\"more\":\"x\"}", StringComparison.Ordinal), json.Replace("}", ",\"jtag\":\"off\"}", StringComparison.Ordinal),
            json.Replace("\"ESP32-C3\"", "7", StringComparison.Ordinal), json.Replace("ESP32-C3", "\\u0007", StringComparison.Ordinal), json.Replace("ESP32-C3", new string('x', 49), StringComparison.Ordinal),
            new(' ', BoardPosture.MaximumBytes + 1),
        ])
        {
            Assert.IsNull(Decode(wrong), wrong);
        }
    }

    private static BoardPosture? Decode(string json) => BoardPosture.Decode(System.Text.Encoding.UTF8.GetBytes(json), out _);

    private static string Summary(string fuses) => "EFUSE_NAME (Block) Description  = [Meaningful Value] [Readable/Writeable] (Hex Value)\n" + Mac + string.Concat(fuses.Split(' ').Select(Fuse));

    private static string Fuse(string fuse)
    {
        string[] parts = fuse.Split('=');
        string raw = parts[1].TrimEnd('-');
        return $"    {parts[0]} (BLOCK0)".PadRight(50) + $" What it is for                                     = {raw} R/{(parts[1].EndsWith('-') ? '-' : 'W')} (0b{raw})\n       and more of that\n";
    }
}
