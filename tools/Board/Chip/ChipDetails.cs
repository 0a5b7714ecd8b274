using System.Globalization;
using System.Text.RegularExpressions;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary>What nanoff says of the chip itself: <c>nanoff --platform esp32 --devicedetails</c>. The board's own firmware does not run for it.</summary>
/// <param name="Family">Chip family, e.g. <c>ESP32-S3</c>.</param>
/// <param name="Revision">Major silicon revision; -1 when it was not printed.</param>
/// <param name="FlashMegabytes">Flash.</param>
/// <param name="PsramMegabytes">PSRAM; 0 for none, -1 when nanoff could not tell.</param>
/// <param name="HardwareId">MAC address, 12 lower-case hexadecimal digits: the board's hardware id.</param>
public sealed partial record ChipDetails(string Family, int Revision, int FlashMegabytes, int PsramMegabytes, string HardwareId)
{
    /// <summary>Reads what nanoff printed; null when the chip, its flash or its address are not in it.</summary>
    public static ChipDetails? Parse(string text)
    {
        Match chip = ChipLine().Match(text);
        Match flash = FlashLine().Match(text);
        Match mac = MacLine().Match(text);
        if (!chip.Success || !flash.Success || !mac.Success)
        {
            return null;
        }

        Match psram = PsramLine().Match(text);
        int megabytes = !psram.Success ? -1
            : psram.Groups["size"].Success ? Number(psram.Groups["size"])
            : psram.Value.Contains("not available", StringComparison.Ordinal) ? 0 : -1;
        return new ChipDetails(
            chip.Groups["family"].Value,
            chip.Groups["revision"].Success ? Number(chip.Groups["revision"]) : -1,
            Number(flash.Groups["size"]),
            megabytes,
            mac.Groups["mac"].Value.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant());
    }

    /// <summary>Why this chip is not the board that the settings describe: token and a person's words; null when it is.</summary>
    public (string Token, string Text)? WhyNot(BoardKind board)
    {
        if (Family != board.Chip)
        {
            return ("other-chip", $"{board.Target} is for an {board.Chip}, this is an {Family}. Build for this board (-p:BoardTarget=…) or take the other board");
        }

        if (board.Target.EndsWith("_REV3", StringComparison.Ordinal) && Revision is >= 0 and < 3)
        {
            return ("chip-revision", $"{board.Target} needs silicon revision 3 or later, this chip has {Revision}: its CLR would not start");
        }

        if (FlashMegabytes < board.FlashMegabytes)
        {
            return ("flash-too-small", $"{board.Target} wants {board.FlashMegabytes} MB of flash, this board has {FlashMegabytes}: slots and storage would not be where the settings say");
        }

        if (PsramMegabytes >= 0 && PsramMegabytes < board.PsramMegabytes)
        {
            return PsramMegabytes == 0
                ? ("no-psram", $"{board.Target} wants {board.PsramMegabytes} MB of PSRAM, this board has none: take the target without PSRAM, or the other board")
                : ("no-psram", $"{board.Target} wants {board.PsramMegabytes} MB of PSRAM, this board has {PsramMegabytes}");
        }

        return board.Target == "ESP32_S3_QUAD" && PsramMegabytes >= 8
            ? ("other-psram", $"{PsramMegabytes} MB of PSRAM in an ESP32-S3 are octal: the target is ESP32_S3_OCTAL")
            : null;
    }

    private static int Number(Group group) => int.Parse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<family>ESP32(?:-[A-Z]\d{1,2})?)(?: \(.*?(?:revision v?(?<revision>\d{1,3})(?:\.\d+)?)?\)*)?\s*$", RegexOptions.Multiline)]
    private static partial Regex ChipLine();

    [GeneratedRegex(@"^\s*Flash size (?<size>\d{1,4})MB\b", RegexOptions.Multiline)]
    private static partial Regex FlashLine();

    [GeneratedRegex(@"^\s*PSRAM: (?:(?<size>\d{1,4})MB|not available|undetermined)", RegexOptions.Multiline)]
    private static partial Regex PsramLine();

    [GeneratedRegex(@"^\s*MAC (?<mac>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})\s*$", RegexOptions.Multiline)]
    private static partial Regex MacLine();
}
