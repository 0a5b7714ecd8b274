using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary>
/// A deployment: the loader and what it references, as the nanoFramework build writes them, one assembly behind the other, each padded with
/// zeros to 4 bytes. This judges a slip (the wrong file, a damaged one, one with the application in it); a file that a stranger has made with
/// care is judged by nothing but where it came from: nothing below the loader checks the loader.
/// </summary>
public sealed class DeploymentFile
{
    private const int MaximumLength = 4 * 1024 * 1024;
    private const string LoaderName = "DeviceFirmware.Loader";
    private const string BoardName = "DeviceFirmware.Esp32";
    private const string ApplicationPrefix = "DeviceFirmware.App";

    private DeploymentFile(string path, byte[] content, IReadOnlyList<PeAssembly> assemblies, BoardKind? board)
    {
        Path = path;
        Content = content;
        Assemblies = assemblies;
        Board = board;
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Its bytes.</summary>
    public byte[] Content { get; }

    /// <summary>Its assemblies, in order.</summary>
    public IReadOnlyList<PeAssembly> Assemblies { get; }

    /// <summary>The board that it was built for: the one target name among its strings; null when there is none or more than one.</summary>
    public BoardKind? Board { get; }

    /// <summary>Where the nanoFramework build puts it: below <paramref name="repository"/>, Release before Debug; null when it is not there.</summary>
    public static string? Find(string repository) =>
        new[] { "Release", "Debug" }
            .Select(configuration => System.IO.Path.Combine(repository, "firmware", "Loader", "bin", configuration, LoaderName + ".bin"))
            .FirstOrDefault(File.Exists);

    /// <summary>Reads it, or refuses it with the reason.</summary>
    public static DeploymentFile Read(string path)
    {
        byte[] content = WholeFile.Read(path, MaximumLength);
        List<PeAssembly> assemblies = [];
        int offset = 0;
        while (offset < content.Length)
        {
            PeAssembly? assembly = PeAssembly.Read(content.AsSpan(offset), out int length, out string problem);
            if (assembly is null)
            {
                string token = problem.Contains("NFMRK2", StringComparison.Ordinal) ? "other-format" : assemblies.Count == 0 ? "not-a-deployment" : "damaged-deployment";
                throw ToolFailure.Refused(token, $"{path}: at byte {offset}: {problem}");
            }

            assemblies.Add(assembly);
            int padded = Math.Min((length + 3) & ~3, content.Length - offset);
            if (content.AsSpan(offset + length, padded - length).IndexOfAnyExcept((byte)0) >= 0)
            {
                throw ToolFailure.Refused("damaged-deployment", $"{path}: at byte {offset + length}: the padding is not zeros");
            }

            offset += padded;
        }

        if (assemblies.Count(assembly => assembly.Name == LoaderName) != 1)
        {
            throw ToolFailure.Refused("no-loader", $"{path}: {LoaderName} is not in it exactly once. The deployment is what building firmware/Loader makes");
        }

        if (assemblies.FirstOrDefault(assembly => assembly.Name.StartsWith(ApplicationPrefix, StringComparison.Ordinal)) is PeAssembly application)
        {
            throw ToolFailure.Refused(
                "contains-application", $"{path}: {application.Name} is in it. An application in the deployment runs unsigned and wins over every image; the first one is a signed image, brought by `board provision`");
        }

        BoardKind[] boards = [.. BoardCatalog.All.Where(board => assemblies.Any(assembly => assembly.Name == BoardName && assembly.HasString(board.Target)))];
        return new DeploymentFile(path, content, assemblies, boards.Length == 1 ? boards[0] : null);
    }

    /// <summary>The board to flash: the one asked for, the one it was built for, and both the same.</summary>
    public BoardKind BoardFor(string? target)
    {
        BoardKind? asked = target is null ? null : BoardCatalog.OfTarget(target);
        if (asked is not null && Board is not null && asked != Board)
        {
            throw ToolFailure.Refused("other-board", $"{Path} was built for {Board.Target}, not for {asked.Target}: pins and slot size would be another board's. Build with -p:BoardTarget={asked.Target}");
        }

        return asked ?? Board ?? throw ToolFailure.BadInput($"{Path} does not say which board it was built for; give --board");
    }

    /// <summary>
    /// The whole partition: the deployment, then FF to its end. The CLR looks for assemblies to the end of the partition, so what a longer,
    /// older deployment left behind would be loaded with this one.
    /// </summary>
    public byte[] Fill(DeployPartition partition)
    {
        if (Content.Length > partition.Size)
        {
            throw ToolFailure.Refused("deployment-too-large", $"{Path} has {Content.Length} bytes; the partition for it has {partition.Size}");
        }

        byte[] whole = new byte[partition.Size];
        Array.Fill(whole, (byte)0xFF);
        Content.CopyTo(whole, 0);
        return whole;
    }

    /// <summary>Native sides that the deployment needs and the CLR does not have: the CLR refuses these assemblies at start.</summary>
    public IReadOnlyList<string> MissingNatives(ClrDetails clr) =>
        [.. Assemblies.Where(assembly => assembly.NativeChecksum != 0 && !clr.Natives.ContainsKey(assembly.NativeChecksum))
            .Select(assembly => $"{(assembly.Name.Length > 0 ? assembly.Name : "an assembly")} needs 0x{assembly.NativeChecksum:X8}")];
}
