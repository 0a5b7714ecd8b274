using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;
using DeviceFirmware.Update;

namespace DeviceFirmware.Keys;

/// <summary><c>keys order sign</c>: one order, signed by a command key in a file or a token, numbered by the log beside it.</summary>
public static class OrderSignCommand
{
    private const int MaximumImage = 16 * 1024 * 1024;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Argument<string> verb = new("verb") { Description = "update, quarantine, release, wipe, restart, renew, report, debug, retire-key or trust" };
        KeyOptions key = new("--key", "the command key");
        Option<string?> log = new("--log") { Description = "log of the key's orders, made when missing; default the key file's name and .orders, for a key in a token it must be said" };
        Option<string?> board = new("--board") { Description = "the one board: its key hash, 64 hex digits (fleet show: publicKeyHash)" };
        Option<string?> group = new("--group") { Description = "the group instead, as in the boards' certificates (their batch); never for wipe, release, debug, retire-key, trust" };
        Option<string?> notBefore = new("--not-before") { Description = "beginning of its window, yyyy-MM-ddTHH:mm:ssZ" };
        Option<string?> notAfter = new("--not-after") { Description = "end of its window, likewise; needed for groups, update, debug and trust" };
        Option<string?> image = new("--image") { Description = "update: the signed image" };
        Option<string?> reason = new("--reason") { Description = $"quarantine, wipe: why, at most {OrderVerb.MaximumReason} characters" };
        Option<int> seconds = new("--seconds") { Description = "debug: for how long, 1 to 86400" };
        Option<string?> retired = new("--retire") { Description = "retire-key: PEM file of the other command key's public half" };
        Option<string?> set = new("--set") { Description = "trust: file of the trust set (keys trust make)" };
        Option<string> output = new("--out") { Required = true, Description = "file of the signed order; not overwritten" };
        Command command = new("sign", "signs one order and prints it") { verb, log, board, group, notBefore, notAfter, image, reason, seconds, retired, set, output };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            string word = parsed.GetRequiredValue(verb);
            byte[] arguments = Arguments(word, parsed.GetValue(image), parsed.GetValue(reason), parsed.GetValue(seconds), parsed.GetValue(retired), parsed.GetValue(set));
            (byte[] keyHash, string named) = Target(parsed.GetValue(board), parsed.GetValue(group));
            long from = Time(parsed.GetValue(notBefore), notBefore.Name);
            long to = Time(parsed.GetValue(notAfter), notAfter.Name);
            Check(word, named, from, to, now);
            string file = parsed.GetRequiredValue(output);
            if (File.Exists(file))
            {
                throw ToolFailure.Refused("exists", $"{file} exists; an order is never overwritten");
            }

            using HeldKey held = key.Open(parsed);
            using OrderLog orders = OrderLog.Open(LogFile(parsed.GetValue(log), key.Reference(parsed)!), held.KeyHash);
            Order order = new(word, keyHash, named, orders.Next(now), from, to, arguments);
            orders.RequireNewer(order);
            byte[] message = order.Encode(held.KeyHash, held.SignHash(order.Digest(held.KeyHash)));
            orders.Append(message, order.Sequence, now);
            WholeFile.Write(file, message, overwrite: false);
            foreach (string line in OrderText.Lines(order, message, held.KeyHash))
            {
                Console.WriteLine(line);
            }

            return 0;
        });
        return command;
    }

    // What every board would refuse is not signed.
    private static void Check(string verb, string group, long notBefore, long notAfter, DateTimeOffset now)
    {
        if (group.Length > 0 && OrderVerb.IsForOneBoard(verb))
        {
            throw ToolFailure.Refused("not-by-group", $"{verb} goes to one board, by --board");
        }

        if (notAfter == 0 && (group.Length > 0 || OrderVerb.NeedsEnd(verb)))
        {
            throw ToolFailure.Refused("no-end", "an order to a group, an update, debugging and trust need --not-after");
        }

        if (notAfter != 0 && (notAfter < notBefore || notAfter < now.ToUnixTimeSeconds()))
        {
            throw ToolFailure.Refused("expired", "--not-after is past, or before --not-before");
        }
    }

    private static byte[] Arguments(string verb, string? image, string? reason, int seconds, string? retired, string? set)
    {
        if (!OrderVerb.IsKnown(verb))
        {
            throw ToolFailure.BadInput($"'{verb}' is no verb: update, quarantine, release, wipe, restart, renew, report, debug, retire-key or trust");
        }

        bool hasReason = verb is OrderVerb.Quarantine or OrderVerb.Wipe;
        Only(verb, "--image", image is not null, verb == OrderVerb.Update);
        Only(verb, "--reason", reason is not null, hasReason);
        Only(verb, "--seconds", seconds != 0, verb == OrderVerb.Debug);
        Only(verb, "--retire", retired is not null, verb == OrderVerb.RetireKey);
        Only(verb, "--set", set is not null, verb == OrderVerb.Trust);
        return verb switch
        {
            OrderVerb.Update => Image(image!).Encode(),
            OrderVerb.Debug when seconds is < 1 or > 86400 => throw ToolFailure.BadInput("--seconds must be 1 to 86400"),
            OrderVerb.Debug => Order.NumberArguments(seconds),
            OrderVerb.Trust => TrustSetFile.Read(set!).Encode(),
            OrderVerb.RetireKey => Order.BytesArguments(SHA256.HashData(PublicFile.Read(retired!).Der)),
            _ when hasReason && (reason!.Length > OrderVerb.MaximumReason || reason.Any(c => c is < ' ' or > '~')) =>
                throw ToolFailure.BadInput($"--reason must be at most {OrderVerb.MaximumReason} printable ASCII characters"),
            _ when hasReason => Order.TextArguments(reason!),
            _ => [],
        };
    }

    private static void Only(string verb, string option, bool isGiven, bool isNeeded)
    {
        if (isGiven != isNeeded)
        {
            throw ToolFailure.BadInput(isNeeded ? $"{verb} needs {option}" : $"{option} is not for {verb}");
        }
    }

    private static WantedImage Image(string file)
    {
        byte[] content = WholeFile.Read(file, MaximumImage);
        if (ImageLabel.Read(content) is not { } label || label.BoardType.Length == 0)
        {
            throw ToolFailure.BadInput($"{file} is no image with a board type");
        }

        return new WantedImage(SHA256.HashData(content), content.Length, ImageVersion.Parse(label.Version), label.BoardType);
    }

    private static (byte[] KeyHash, string Group) Target(string? board, string? group)
    {
        if (board is null == group is null)
        {
            throw ToolFailure.BadInput("an order goes to one --board or to one --group");
        }

        if (group is not null)
        {
            return Ascii.IsName(group) ? ([], group) : throw ToolFailure.BadInput("--group must be 1 to 32 of a-z, 0-9, '-'");
        }

        return board!.Length == 64 && board.All(char.IsAsciiHexDigit) ? (Convert.FromHexString(board), "") : throw ToolFailure.BadInput("--board must be 64 hex digits");
    }

    private static long Time(string? text, string option)
    {
        if (text is null)
        {
            return 0;
        }

        return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time.ToUnixTimeSeconds()
            : throw ToolFailure.BadInput($"{option} must be yyyy-MM-ddTHH:mm:ssZ");
    }

    private static string LogFile(string? log, string key) =>
        log ?? (KeyOptions.IsToken(key) ? throw ToolFailure.BadInput("a key in a token needs --log, the file of its orders") : key + ".orders");
}
