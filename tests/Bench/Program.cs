using DeviceFirmware.Bench;

IBenchmark[] benchmarks =
[
    .. typeof(IBenchmark).Assembly.GetTypes()
        .Where(type => type.IsClass && typeof(IBenchmark).IsAssignableFrom(type))
        .Select(type => (IBenchmark)Activator.CreateInstance(type)!)
        .OrderBy(benchmark => benchmark.Name, StringComparer.Ordinal),
];
if (args is [PlainMqttnetServer.Word, _, _])
{
    await PlainMqttnetServer.RunAsync(args);
    return 0;
}

bool isShort = args.Contains("--short");
string[] names = [.. args.Where(argument => argument != "--short")];
IBenchmark[] chosen = names is ["all"] ? benchmarks : [.. benchmarks.Where(benchmark => names.Contains(benchmark.Name))];
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"error: name a benchmark, or all, and --short to see only that it works: {string.Join(", ", benchmarks.Select(benchmark => benchmark.Name))}");
    return 2;
}

Console.Out.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
foreach (IBenchmark benchmark in chosen)
{
    Console.Out.WriteLine($"== {benchmark.Name}");
    await benchmark.Run(Console.Out, isShort);
}

return 0;
