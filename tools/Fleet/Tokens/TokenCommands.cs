using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet token list|rotate</c>: the keys that sign devices' tokens. Works on the data itself, beside a server that runs or without one.</summary>
internal static class TokenCommands
{
    public static Command Create()
    {
        Option<string> data = new("--data") { Required = true, Recursive = true, Description = "data directory of the server" };
        Option<string?> database = new("--database-file") { Recursive = true, Description = "file with a PostgreSQL connection string, as for 'serve'" };
        Command list = new("list", "lists the keys: since when each is in the key set, signs, and ends");
        list.SetAction(parsed =>
        {
            using DatabaseSource source = Open(parsed.GetRequiredValue(data), parsed.GetValue(database));
            using TokenKeys keys = new(parsed.GetRequiredValue(data), source, TimeProvider.System);
            foreach (TokenKey key in keys.List())
            {
                Console.Out.WriteLine($"{key.Id} created={At(key.CreatedAt)} signs-from={At(key.SignsFrom)} signs-until={At(key.SignsUntil)} ends={At(key.EndsAt)}");
            }

            return 0;
        });

        Option<bool> lost = new("--lost") { Description = "the current key is somebody else's, too: it and its tokens end at once" };
        Command rotate = new("rotate", $"the next key signs from now on; the former one stays in the key set until its last token has ended, {DeviceToken.Life.TotalMinutes:0} minutes") { lost };
        rotate.SetAction(parsed =>
        {
            using DatabaseSource source = Open(parsed.GetRequiredValue(data), parsed.GetValue(database));
            using TokenKeys keys = new(parsed.GetRequiredValue(data), source, TimeProvider.System);
            Outcome<TokenKey> outcome = keys.Rotate(parsed.GetValue(lost), Account.Command("token"));
            TokenKey key = outcome.Value ?? throw ToolFailure.Refused(outcome.Refusal!.Token, outcome.Refusal.Text);
            Console.Out.WriteLine($"rotated, {key.Id} signs");
            return 0;
        });
        return new Command("token", "the keys that sign devices' tokens for HTTP APIs") { data, database, list, rotate };
    }

    private static DatabaseSource Open(string data, string? database)
    {
        DatabaseSource source = DatabaseSource.Of(data, database);
        if (source.IsCurrent())
        {
            return source;
        }

        source.Dispose();
        throw ToolFailure.BadInput($"{data} has no data of this version: start the server once");
    }

    private static string At(DateTime? time) => time is { } at ? $"{at:yyyy-MM-ddTHH:mm:ssZ}" : "-";
}
