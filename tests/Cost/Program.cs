using System.Globalization;

namespace DeviceFirmware.Tests.Cost;

/// <summary>The table of costs, a profile of one operation, and the acceptance of new budgets.</summary>
internal static class Program
{
    /// <summary>Microseconds that one instruction is estimated to take on an ESP32 at 240 MHz: 80 to 240 times what it takes on a PC.</summary>
    private const double Fast = 0.23;

    /// <inheritdoc cref="Fast"/>
    private const double Slow = 0.66;

    private static int Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        switch (arguments)
        {
            case []:
                PrintTable();
                return 0;
            case ["--profile", string name] when Operations.All.FirstOrDefault(operation => operation.Name == name) is Operation operation:
                PrintProfile(operation.Measure());
                return 0;
            case ["--accept"]:
                File.WriteAllText(Budgets.File, Budgets.Write(Operations.All.Select(operation => (operation.Name, operation.Measure()))));
                return 0;
            default:
                Console.WriteLine("dotnet run --project tests/Cost                          the cost of every operation");
                Console.WriteLine("dotnet run --project tests/Cost -- --profile OPERATION   of one, method by method");
                Console.WriteLine("dotnet run --project tests/Cost -- --accept              what was measured becomes the budget");
                Console.WriteLine("Operations: " + string.Join(' ', Operations.All.Select(operation => operation.Name)));
                return arguments is ["--help"] ? 0 : 2;
        }
    }

    private static void PrintTable()
    {
        Console.WriteLine($"{"operation",-24} {"instructions",14} {"goal",10} {"calls",10} {"allocations",11} {"bytes",9} {"largest",8}   ESP32, estimated");
        foreach (Operation operation in Operations.All)
        {
            Measurement m = operation.Measure();
            string goal = operation.Goal == 0 ? "" : operation.Goal.ToString("N0");
            Console.WriteLine($"{operation.Name,-24} {m.Instructions,14:N0} {goal,10} {m.Calls,10:N0} {m.Allocations,11:N0} {m.Bytes,9:N0} {m.Largest,8:N0}   {Estimate(m.Instructions)}");
        }

        (int il, int data) = BoardCode.Size(BoardCode.Crypto);
        Console.WriteLine();
        Console.WriteLine($"Core.Crypto: {il:N0} bytes of IL, {data:N0} of static data; together at most {BoardCode.CryptoGoal:N0}.");
        Console.WriteLine("Instructions are IL, executed; bytes are the heap of a 32-bit nanoCLR, nothing collected. Library calls count as one instruction and one call each.");
        Console.WriteLine($"The times are estimates: an instruction as {Fast} to {Slow} us on an ESP32 at 240 MHz, which is 80 to 240 times the 2.7 ns it takes on a PC. Nothing was measured on one.");
        Console.WriteLine("Straight arithmetic ran 1.3 to 1.8 times as fast as that on the real CLR of a PC. Goals were times, expressed in the same way.");
    }

    private static void PrintProfile(Measurement measurement)
    {
        Console.WriteLine($"{"method",-52} {"entries",10} {"instructions",14} {"%",6} {"allocations",11} {"bytes",9}");
        foreach (MethodCost cost in measurement.Methods)
        {
            Console.WriteLine($"{cost.Method,-52} {cost.Entries,10:N0} {cost.Instructions,14:N0} {100.0 * cost.Instructions / measurement.Instructions,6:F1} {cost.Allocations,11:N0} {cost.Bytes,9:N0}");
        }
    }

    private static string Estimate(long instructions)
    {
        return $"{Seconds(instructions * Fast)} to {Seconds(instructions * Slow)}";
    }

    private static string Seconds(double microseconds)
    {
        return microseconds switch
        {
            >= 100_000 => $"{microseconds / 1e6:F1} s",
            >= 1_000 => $"{microseconds / 1e3:F0} ms",
            _ => $"{microseconds / 1e3:F2} ms",
        };
    }
}
