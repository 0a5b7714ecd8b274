using System.CommandLine;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>The commands that look at the record, copy it, and let a stopped line go on.</summary>
public static class RecordCommands
{
    /// <summary><c>factory verify</c>.</summary>
    public static Command Verify()
    {
        Option<string> data = StationOptions.DataOption();
        Option<string[]> heads = new("--head") { Description = "a head that was handed over (export, ship, backup write them); may be repeated" };
        Option<string?> station = new("--station-public") { Description = "the station's public key, PEM, for the heads' signatures" };
        Command command = new("verify", "checks the whole record again, offline: every entry, every certificate, and the heads that others hold") { data, heads, station };
        command.SetAction(parsed =>
        {
            string[] files = parsed.GetValue(heads) ?? [];
            if (files.Length > 0 && parsed.GetValue(station) is null)
            {
                throw ToolFailure.BadInput("--head needs --station-public: a head without a believed signature proves nothing");
            }

            ChainHead[] held = [.. files.Select(file => HandOver.ReadHead(file, parsed.GetValue(station)!))];
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: false);
            if (RecordVerification.WhyNot(database, held) is string problem)
            {
                throw ToolFailure.Refused("record-broken", problem);
            }

            ChainPosition end = database.Chain.Position;
            Console.WriteLine($"ok: {database.Chain.Name}, {end.Sequence} entries, {database.All().Count} boards, {held.Length} heads met");
            if (held.Length == 0)
            {
                Console.WriteLine("note: without --head this shows that the record agrees with itself, not that it was never written anew");
            }

            return 0;
        });
        return command;
    }

    /// <summary><c>factory status</c>.</summary>
    public static Command Status()
    {
        Option<string> data = StationOptions.DataOption();
        Command command = new("status", "how many boards are where, what waits, and whether the line is stopped") { data };
        command.SetAction(parsed =>
        {
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: false);
            IReadOnlyList<BoardRecord> boards = database.All();
            DateTimeOffset hourAgo = DateTimeOffset.UtcNow.AddHours(-1);
            Console.WriteLine($"record     {database.Chain.Name}, {database.Chain.Position.Sequence} entries");
            Console.WriteLine($"completed  {boards.Count(board => board.State == BoardRecordState.Completed)}, in the last hour {boards.Count(board => board.CompletedAt >= hourAgo)}");
            Console.WriteLine($"unfinished {boards.Count(board => board.State != BoardRecordState.Completed)}");
            Console.WriteLine($"to label   {new ClaimStore(database).Waiting().Count}");
            Console.WriteLine($"to ship    {HandOver.Ready(database).Count()}");
            Console.WriteLine(database.StoppedBecause is string stopped ? $"LINE STOPPED: {stopped}" : "line       running");
            return 0;
        });
        return command;
    }

    /// <summary><c>factory resume</c>.</summary>
    public static Command Resume()
    {
        Option<string> data = StationOptions.DataOption();
        Option<string> person = new("--operator") { Required = true, Description = "who answers for going on, 1 to 64 characters; recorded" };
        Option<string> reason = new("--reason") { Required = true, Description = "what was found and done, 1 to 64 characters; recorded" };
        Command command = new("resume", "lets a line go on that an alarm stopped") { data, person, reason };
        command.SetAction(parsed =>
        {
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: false);
            return database.Resume(StationOptions.Text(parsed, person), StationOptions.Text(parsed, reason)) ? 0 : throw ToolFailure.Refused("not-stopped", "the line is not stopped");
        });
        return command;
    }

    /// <summary><c>factory backup</c>.</summary>
    public static Command Backup()
    {
        Option<string> data = StationOptions.DataOption();
        Option<string> output = new("--out") { Required = true, Description = "the copy, a new file; its head goes to the same name with .head" };
        KeyOptions key = StationOptions.StationKey();
        Command command = new("backup", "copies the record to a file, without the secrets that wait for labels") { data, output };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(output);
            using HeldKey held = key.Open(parsed);
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: false);
            RecordBackup.Write(database, path);
            WholeFile.Write(path + ".head", database.Chain.SignHead(held), overwrite: true);
            Console.WriteLine($"{path}: {database.Chain.Position.Sequence} entries; labels not printed yet are not in it");
            return 0;
        });
        return command;
    }

    /// <summary><c>factory restore</c>.</summary>
    public static Command Restore()
    {
        Option<string> data = StationOptions.DataOption();
        Option<string> from = new("--from") { Required = true, Description = "the backup" };
        Option<string> head = new("--head") { Required = true, Description = "the newest head that was ever exported, shipped or backed up" };
        Option<string> station = new("--station-public") { Required = true, Description = "the station's public key, PEM" };
        Command command = new("restore", "goes on from a backup where the record was lost; no id and no serial number comes twice") { data, from, head, station };
        command.SetAction(parsed =>
        {
            ChainHead newest = HandOver.ReadHead(parsed.GetRequiredValue(head), parsed.GetRequiredValue(station));
            RecordBackup.Restore(parsed.GetRequiredValue(from), parsed.GetRequiredValue(data), newest);
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: false);
            Console.WriteLine($"restored: {database.Chain.Name}, {database.All().Count} boards. New ids are numbered behind a new part; ids by hand (--id) are refused from now on");
            return 0;
        });
        return command;
    }
}
