using DeviceFirmware.Board;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Board;

/// <summary><c>board flash</c> and <c>board erase</c> against a stand-in for nanoff that records and misbehaves.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class FlashTests
{
    private static readonly string[] _flash =
    [
        "--platform esp32 --serialport /dev/ttyUSB7 --devicedetails --suppressnanoffversioncheck",
        "--platform esp32 --serialport /dev/ttyUSB7 --devicedetails --checkpsram --suppressnanoffversioncheck",
        $"--target ESP32_PSRAM_REV3 --serialport /dev/ttyUSB7 --update --fwversion {Pins.Clr} --nobackupconfig -v minimal --suppressnanoffversioncheck",
        "--target ESP32_PSRAM_REV3 --serialport /dev/ttyUSB7 --deploy --image FILE --address 0x1E0000 -v minimal --suppressnanoffversioncheck",
        "--nanodevice --serialport /dev/ttyUSB7 --devicedetails --suppressnanoffversioncheck",
    ];

    [TestMethod]
    public void ChipThenClrThenDeploymentThenALook()
    {
        using NanoffStandIn nanoff = new();
        ToolRun run = nanoff.Flash();
        run.MustEndWith(0);
        Assert.AreSequenceEqual(_flash, nanoff.Calls.Select(WithoutFile));
        byte[] deployment = File.ReadAllBytes(nanoff.Deployment);
        Assert.HasCount(0x1C0000, nanoff.Deployed!);
        CollectionAssert.AreEqual(deployment, nanoff.Deployed![..deployment.Length]);
        Assert.AreEqual(-1, nanoff.Deployed.AsSpan(deployment.Length).IndexOfAnyExcept((byte)0xFF));
        Assert.AreEqual(_flash.Length, run.Output.Split('\n').Count(line => line.StartsWith("$ ", StringComparison.Ordinal)), "each command is printed");
    }

    [TestMethod]
    public void ADryRunOnlyPrints()
    {
        using NanoffStandIn nanoff = new();
        ToolRun run = nanoff.Flash("--dry-run", "--mass-erase");
        run.MustEndWith(0);
        Assert.IsEmpty(nanoff.Calls);
        string[] printed = [.. run.Output.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => WithoutFile(line[(line.IndexOf("--", StringComparison.Ordinal))..]))];
        Assert.AreSequenceEqual(_flash.Select(line => line.Replace("--nobackupconfig", "--masserase", StringComparison.Ordinal)), printed);
    }

    [TestMethod]
    public void TheNewestClrMustStillBeOfTheLine()
    {
        using NanoffStandIn nanoff = new();
        nanoff.Says("clr", NanoffStandIn.Clr.Replace("1.17.0.138", "1.17.0.155", StringComparison.Ordinal));
        nanoff.Flash("--clr-version", "newest").MustEndWith(0);
        Assert.IsFalse(nanoff.Calls.Any(call => call.Contains("--fwversion", StringComparison.Ordinal)));
        nanoff.Says("clr", NanoffStandIn.Clr.Replace("1.17.0.138", "1.18.0.3", StringComparison.Ordinal));
        nanoff.Flash("--clr-version", "newest").MustRefuse("other-clr");
    }

    [TestMethod]
    [DataRow("ESP32 (ESP32-D0WD-V3 (revision v3.1))", "ESP32-S3 (ESP32-S3 (QFN56) (revision v0.2))", "other-chip")]
    [DataRow("revision v3.1", "revision v1.0", "chip-revision")]
    [DataRow("Flash size 4MB", "Flash size 2MB", "flash-too-small")]
    [DataRow("PSRAM: undetermined", "PSRAM: not available", "no-psram")]
    [DataRow("PSRAM: undetermined", "PSRAM: 2MB", "no-psram")]
    [DataRow("MAC 24:0A:C4:00:11:22", "MAC ??", "not-understood")]
    [DataRow("Flash size 4MB", "Flash size", "not-understood")]
    public void AnotherBoardIsNotTouched(string was, string @is, string token)
    {
        using NanoffStandIn nanoff = new();
        nanoff.Says("chip", NanoffStandIn.Esp32.Replace(was, @is, StringComparison.Ordinal));
        nanoff.Flash().MustRefuse(token);
        Assert.IsFalse(nanoff.Calls.Any(call => call.Contains("--update", StringComparison.Ordinal) || call.Contains("--checkpsram", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void NoPsramIsFoundOnlyByTrying()
    {
        using NanoffStandIn nanoff = new();
        nanoff.Says("psram", NanoffStandIn.Esp32.Replace("undetermined", "not available", StringComparison.Ordinal));
        nanoff.Flash().MustRefuse("no-psram");
        Assert.HasCount(2, nanoff.Calls);
    }

    [TestMethod]
    [DataRow("Target:   ESP32_PSRAM_REV3", "Target:   ESP32_REV3", "other-target")]
    [DataRow("CLR Version: 1.17.0.138", "CLR Version: 1.12.1.115", "other-clr")]
    [DataRow("CLR Version: 1.17.0.138", "CLR Version: 1.17.0.137", "other-clr")]
    [DataRow("checksum 0x1549C856", "checksum 0x445C7AF9", "other-natives")]
    [DataRow("  DeviceFirmware.Loader, 0.1.0.0", "", "loader-not-running")]
    [DataRow("CLR Version", "Version", "not-understood")]
    public void WhatRunsAfterwardsIsLookedAt(string was, string @is, string token)
    {
        using NanoffStandIn nanoff = new();
        nanoff.Says("clr", NanoffStandIn.Clr.Replace(was, @is, StringComparison.Ordinal));
        nanoff.Flash().MustRefuse(token);
    }

    [TestMethod]
    [DataRow("chip", 4005, "port-unusable")]
    [DataRow("chip", 6000, "port-unusable")]
    [DataRow("chip", 6002, "port-busy")]
    [DataRow("chip", 4000, "no-bootloader")]
    [DataRow("chip", 7000, "nanoff-failed")]
    [DataRow("update", 9005, "no-such-clr")]
    [DataRow("update", 9007, "no-such-clr")]
    [DataRow("update", 4001, "flash-too-small")]
    [DataRow("update", 4003, "no-bootloader")]
    [DataRow("deploy", 4003, "no-bootloader")]
    [DataRow("clr", 2001, "no-clr")]
    public void AFailureOfNanoffIsSaidInWords(string what, int code, string token)
    {
        using NanoffStandIn nanoff = new();
        nanoff.Fails(what, code, "what nanoff says of it.");
        nanoff.Flash().MustRefuse(token);
    }

    /// <summary>Of 4096 nothing is left in eight bits: the message decides, not the exit code alone.</summary>
    [TestMethod]
    public void ANanoffThatDiesOrTalksNonsenseIsNoSuccess()
    {
        using NanoffStandIn nanoff = new();
        nanoff.Does("update", "dies");
        nanoff.Flash().MustRefuse("nanoff-failed");
        Assert.IsNull(nanoff.Deployed);
        using NanoffStandIn babbler = new();
        babbler.Says("chip", "\u001b[31m\0\u0007garbage \uFFFD\n");
        ToolRun run = babbler.Flash();
        run.MustRefuse("not-understood");
        Assert.IsFalse(run.Error.Any(c => char.IsControl(c) && c != '\n'), "nothing of it draws on the terminal");
    }

    [TestMethod]
    public void ANanoffThatHangsIsStopped()
    {
        using NanoffStandIn nanoff = new() { Seconds = 2 };
        nanoff.Does("update", "hangs");
        nanoff.Flash().MustRefuse("nanoff-hangs");
    }

    [TestMethod]
    public void WithoutNanoffItSaysHowToGetIt()
    {
        using NanoffStandIn nanoff = new();
        ToolRun run = ToolRun.Of("board", "flash", "--port", "/dev/ttyUSB7", "--deployment", nanoff.Deployment, "--nanoff", nanoff["absent"]);
        run.MustRefuse("no-nanoff");
        StringAssert.Contains(run.Error, $"dotnet tool install -g nanoff --version {Pins.Nanoff}");
    }

    [TestMethod]
    public void ABadDeploymentReachesNoBoard()
    {
        using NanoffStandIn nanoff = new();
        File.WriteAllBytes(nanoff.Deployment, [.. Assemblies.Deployment(), .. Assemblies.Make("DeviceFirmware.App.Telemetry", 0)]);
        nanoff.Flash().MustRefuse("contains-application");
        File.WriteAllBytes(nanoff.Deployment, Assemblies.Deployment());
        nanoff.Flash("--board", "ESP32_REV3").MustRefuse("other-board");
        File.Delete(nanoff.Deployment);
        nanoff.Flash().MustBeBadInput();
        Assert.IsEmpty(nanoff.Calls);
    }

    [TestMethod]
    public void TheAddressIsTheChips()
    {
        using NanoffStandIn nanoff = new();
        File.WriteAllBytes(nanoff.Deployment, Assemblies.Deployment("ESP32_C6_THREAD"));
        nanoff.Says("chip", """
            Connected to:
            ESP32-C6 (ESP32-C6 (QFN40) (revision v0.1))
            Features WiFi 6, BT 5, IEEE802.15.4
            Flash size 8MB unknown from UNKNOWN (manufacturer 0xC8 device 0x4017)
            PSRAM: not available
            Crystal 40MHz
            MAC 60:55:F9:00:11:22
            """);
        nanoff.Says("clr", NanoffStandIn.Clr.Replace("ESP32_PSRAM_REV3", "ESP32_C6_THREAD", StringComparison.Ordinal));
        nanoff.Flash().MustEndWith(0);
        Assert.IsTrue(nanoff.Calls.Any(call => call.Contains("--address 0x250000", StringComparison.Ordinal)));
        Assert.HasCount(0x240000, nanoff.Deployed!);
    }

    [TestMethod]
    public void ErasingAsksAndSaysWhatIsLost()
    {
        using NanoffStandIn nanoff = new();
        string[] erase = ["erase", "--port", "/dev/ttyUSB7", "--board", "ESP32_REV3", "--nanoff", nanoff.Program];
        ToolRun run = ToolRun.Of("board", erase);
        run.MustRefuse("not-confirmed");
        StringAssert.Contains(run.Output, "security counter");
        Assert.IsEmpty(nanoff.Calls);
        ToolRun.Of("board", [.. erase, "--yes"]).MustEndWith(0);
        Assert.AreSequenceEqual(
            [$"--target ESP32_REV3 --serialport /dev/ttyUSB7 --update --fwversion {Pins.Clr} --masserase -v minimal --suppressnanoffversioncheck"], nanoff.Calls);
    }

    [TestMethod]
    public void ProvisioningIsTheStationsWork()
    {
        ToolRun run = ToolRun.Of("board", "provision", "--port", "/dev/ttyUSB8", "--factory", "factory.dll", "--dry-run", "--", "--id", "board-1", "--batch", "two words");
        run.MustEndWith(0);
        Assert.AreEqual("$ dotnet exec factory.dll one --port /dev/ttyUSB8 --id board-1 --batch 'two words'\n", run.Output);

        // The station's own answer, on this terminal, and its exit code.
        ToolRun station = ToolRun.Of("board", "provision", "--port", "/dev/ttyUSB8", "--factory", SourceTree.Program("Factory", "factory"), "--", "--id", "board-1");
        station.MustEndWith(2);
        StringAssert.Contains(station.Error, "'--ca-key' is required");
    }

    private static string WithoutFile(string call)
    {
        int image = call.IndexOf("--image ", StringComparison.Ordinal);
        return image < 0 ? call : call[..(image + 8)] + "FILE" + call[call.IndexOf(" --address", StringComparison.Ordinal)..];
    }
}
