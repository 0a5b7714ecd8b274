using System.Security.Cryptography;
using System.Text;

namespace DeviceFirmware.Lab;

/// <summary>Every secret that the lab has made, looked for in everything that was said and in every file but its own.</summary>
internal static class Secrets
{
    private const int LargestFile = 64 * 1024 * 1024;
    private const int ScalarSize = 32;

    /// <summary>Where the body of a record begins.</summary>
    private const int RecordBody = 12;

    internal static void Play(World world)
    {
        Report report = world.Report;
        report.Begin("Secrets");
        string work = world.Workshop.Work;
        Secret[] secrets = [.. Keys(work), .. BoardKeys(work), .. ApiKeys(work), .. Texts(work, "network-password"), .. Texts(work, "setup-password"), .. Labels(work)];
        report.Expect(
            "keys, tokens, passwords and claim secrets of the lab are known",
            secrets.Count(secret => secret.Name.EndsWith(".pem", StringComparison.Ordinal)) >= 6 && secrets.Any(secret => secret.Name.StartsWith("flash", StringComparison.Ordinal))
                && secrets.Any(secret => secret.Name.EndsWith(".key", StringComparison.Ordinal)) && secrets.Any(secret => secret.Name == "network-password")
                && secrets.Any(secret => secret.Name == "setup-password") && secrets.Any(secret => secret.Name.StartsWith("labels", StringComparison.Ordinal)),
            $"{secrets.Length} secrets, {secrets.Sum(secret => secret.Forms.Length)} forms of them");

        byte[] said = Encoding.UTF8.GetBytes(string.Join('\n', Running.Everything));
        string[] spoken = [.. secrets.Where(secret => secret.IsIn(said)).Select(secret => secret.Name)];
        report.Expect("no program said one", spoken.Length == 0, spoken.Length == 0 ? $"{said.Length} bytes of output" : string.Join(", ", spoken));

        List<string> found = [];
        int files = 0;
        foreach (string file in Directory.EnumerateFiles(work, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            // A lock is empty, and held by the server that runs. The snapshots are flash, put back before each power cut.
            if (new FileInfo(file).Length is 0 or > LargestFile || Path.GetRelativePath(work, file).StartsWith("snapshot", StringComparison.Ordinal))
            {
                continue;
            }

            files++;
            byte[] content = File.ReadAllBytes(file);
            byte[] joined = [.. content.Where(b => b is not (10 or 13))];
            found.AddRange(secrets.Where(secret => !secret.IsAtHome(file) && (secret.IsIn(content) || secret.IsIn(joined))).Select(secret => $"{secret.Name} in {Path.GetRelativePath(work, file)}"));
        }

        report.Expect("none lies in a file that is not its own", found.Count == 0, found.Count == 0 ? $"{files} files" : string.Join(", ", found.Take(5)));
    }

    /// <summary>Private keys of people and programs; at home in files that hold the same key as PEM.</summary>
    private static IEnumerable<Secret> Keys(string work)
    {
        foreach (string file in Directory.EnumerateFiles(work, "*.pem", SearchOption.AllDirectories))
        {
            string pem = File.ReadAllText(file);
            if (!pem.Contains("PRIVATE KEY", StringComparison.Ordinal) || pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            {
                continue;
            }

            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(pem);
            yield return new Secret(Path.GetRelativePath(work, file), Forms(key.ExportParameters(true).D!), path => path == file || (path.EndsWith(".pem", StringComparison.Ordinal) && File.ReadAllText(path) == pem));
        }
    }

    /// <summary>Seal keys, as they lie in flash: with them the sealed identity keys open. At home in the flash of their board.</summary>
    private static IEnumerable<Secret> BoardKeys(string work)
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(work, "flash"), "seal.?", SearchOption.AllDirectories))
        {
            byte[] record = File.ReadAllBytes(file);
            if (record.Length >= RecordBody + ScalarSize)
            {
                string home = Path.GetDirectoryName(file)! + Path.DirectorySeparatorChar;
                yield return new Secret(Path.GetRelativePath(work, file), Forms(record[RecordBody..(RecordBody + ScalarSize)]), path => path.StartsWith(home, StringComparison.Ordinal) || IsCopyOf(path, home));
            }
        }
    }

    /// <summary>A thief's copy of a flash has the key; that is what the story is about.</summary>
    private static bool IsCopyOf(string path, string home)
    {
        return Path.GetFileName(path).StartsWith("seal.", StringComparison.Ordinal) && File.Exists(Path.Combine(home, "seal.0")) && path.Contains(Path.DirectorySeparatorChar + "flash", StringComparison.Ordinal);
    }

    /// <summary>The secret part of each API key; at home in the file of its key.</summary>
    private static IEnumerable<Secret> ApiKeys(string work)
    {
        foreach (string file in Directory.EnumerateFiles(work, "*.key", SearchOption.AllDirectories))
        {
            string key = File.ReadLines(file).FirstOrDefault() ?? "";
            if (key.StartsWith("dfk-", StringComparison.Ordinal))
            {
                yield return new Secret(Path.GetRelativePath(work, file), [Encoding.ASCII.GetBytes(key[(key.LastIndexOf('-') + 1)..])], path => path == file);
            }
        }
    }

    /// <summary>Claim secrets and setup passwords; at home on their labels, the one that a phone was given in its file besides.</summary>
    private static IEnumerable<Secret> Labels(string work)
    {
        string labels = Path.Combine(work, "labels") + Path.DirectorySeparatorChar;
        foreach (string file in Directory.EnumerateFiles(labels, "*.txt"))
        {
            string[] label = File.ReadAllText(file).Trim().Split(':');
            string name = Path.GetRelativePath(work, file);
            yield return new Secret(name, AsTyped(label[2], 5), path => path.StartsWith(labels, StringComparison.Ordinal));
            yield return new Secret(name, AsTyped(label[3], 4), path => path.StartsWith(labels, StringComparison.Ordinal) || Path.GetFileName(path) == "setup-password");
        }
    }

    /// <summary>A label's secret as it is stored, as it is printed in groups, and as hex.</summary>
    private static byte[][] AsTyped(string secret, int group)
    {
        byte[] text = Encoding.ASCII.GetBytes(secret);
        return [text, Encoding.ASCII.GetBytes(string.Join('-', secret.Chunk(group).Select(letters => new string(letters)))), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(text))];
    }

    private static IEnumerable<Secret> Texts(string work, string name)
    {
        foreach (string file in Directory.EnumerateFiles(work, name, SearchOption.AllDirectories))
        {
            byte[] text = Encoding.UTF8.GetBytes(File.ReadAllText(file).Trim());
            bool isNetwork = name == "network-password";
            yield return new Secret(Path.GetRelativePath(work, file), [text], path => path == file
                || (!isNetwork && path.Contains(Path.DirectorySeparatorChar + "labels" + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                || (!isNetwork && path.StartsWith(Path.Combine(work, "station"), StringComparison.Ordinal)));
        }
    }

    /// <summary>As it is, as hex, and as base64 wherever in a longer text it begins.</summary>
    private static byte[][] Forms(byte[] secret)
    {
        IEnumerable<string> base64 = Enumerable.Range(0, 3).Select(shift => Convert.ToBase64String([.. new byte[shift], .. secret])[(shift == 0 ? 0 : 4)..^4]);
        return [secret, .. base64.Append(Convert.ToHexString(secret)).Append(Convert.ToHexStringLower(secret)).Select(Encoding.ASCII.GetBytes)];
    }

    private sealed record Secret(string Name, byte[][] Forms, Func<string, bool> IsAtHome)
    {
        public bool IsIn(ReadOnlySpan<byte> content)
        {
            foreach (byte[] form in Forms)
            {
                if (content.IndexOf(form) >= 0)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
