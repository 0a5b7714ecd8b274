using System.Globalization;

namespace DeviceFirmware.Lab;

/// <summary>
/// The power is cut while a board goes from 1.0.0 to 1.1.0, again and again, at storage operations spread over the whole update. Before each
/// cut the flash is put back to the day before the update, with a programmer: what an attacker at the bench can do too, and what THREATS.md
/// has to say about it.
/// </summary>
internal static class PowerCuts
{
    internal static async Task PlayAsync(World world)
    {
        world.Report.Begin("Power");
        int[] operations = await Task.WhenAll(OnAsync(world, world.A, 0), OnAsync(world, world.B, 1));
        world.Report.Tell($"{world.Options.Cuts} cuts between the {operations[0]} and {operations[1]} operations of these updates. At every operation and inside every write, in memory: dotnet run --project tests/PowerCut");
    }

    /// <summary>The two boards take turns in the points of the cuts; returns how many there are to choose from.</summary>
    private static async Task<int> OnAsync(World world, BoardOnTheBench board, int first)
    {
        int cuts = world.Options.Cuts;
        int operations = await CountAsync(world, board);
        world.Report.Expect($"{board.Name}: an update without a cut", operations > 0, $"{operations} storage operations from power-on on 1.0.0 to 1.1.0 confirmed");
        string key = Field.Of(board.Console.Lines(0).Last(IsIdentity), "key");
        for (int i = first; i < cuts; i += 2)
        {
            int operation = cuts == 1 ? operations / 2 : i * (operations - 1) / (cuts - 1);
            await CutAsync(world, board, operation, key);
        }

        return operations;
    }

    private static async Task<int> CountAsync(World world, BoardOnTheBench board)
    {
        await board.PowerOffAsync();
        Bench.Copy(Bench.Snapshot(world, board), board.Flash);
        await Images.RollOutAsync(world, board, "1.1.0");
        string file = world.Workshop.At($"{board.Name}.count");
        board.PowerOn("--count", file);
        await Images.RolloutEndsAsync(world, board, "1.1.0", "done");
        return int.Parse((await File.ReadAllTextAsync(file, world.Stop)).Trim(), CultureInfo.InvariantCulture);
    }

    private static async Task CutAsync(World world, BoardOnTheBench board, int operation, string key)
    {
        await board.PowerOffAsync();
        Bench.Copy(Bench.Snapshot(world, board), board.Flash);
        await Images.RollOutAsync(world, board, "1.1.0");
        board.PowerOn("--cut-after", operation.ToString(CultureInfo.InvariantCulture));
        int code = await board.Console.EndAsync(TimeSpan.FromSeconds(90), world.Stop);
        if (code != 137)
        {
            throw new ExpectationFailedException($"{board.Name}: the power is cut after operation {operation}: the board ended with {code}");
        }

        await board.PowerOffAsync();
        board.PowerOn();
        string slots = await board.SaysAsync("it shows its slots", line => line.StartsWith("slots ", StringComparison.Ordinal), world.Stop);
        string boot = await board.SaysAsync("it boots", line => line.StartsWith("boot slot=", StringComparison.Ordinal), world.Stop);
        string end = (await Images.RolloutEndsAsync(world, board, "1.1.0", "done"))["reportedVersion"]!.GetValue<string>();
        bool isSame = board.Console.Lines(0).Where(IsIdentity).All(line => Field.Of(line, "key") == key && Field.Of(line, "device") == board.Name);
        if (!end.StartsWith("1.1.0", StringComparison.Ordinal) || !isSame)
        {
            throw new ExpectationFailedException($"{board.Name}: ends on 1.1.0 with its identity after a cut at operation {operation}: version {end}, identity {(isSame ? "intact" : "changed")}");
        }

        world.Report.Cut(new PowerCut(board.Name, operation, slots, $"{Field.Of(boot, "version")} (trial {Field.Of(boot, "trial")})", $"{end}, identity intact"));
    }

    private static bool IsIdentity(string line)
    {
        return line.StartsWith("serial state=", StringComparison.Ordinal);
    }
}
