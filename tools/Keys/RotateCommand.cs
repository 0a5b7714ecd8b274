using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary><c>keys rotate</c>: the next OTA key becomes the current one, and a new next one is made.</summary>
public static class RotateCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        FolderOptions folder = new();
        KeyOptions key = new("--key", "where the new next key goes");
        Option<bool> plain = NewKey.UnencryptedOption();
        Command command = new("rotate", "the next OTA signing key becomes the current one; a new next one is made. Boards trust both already") { plain };
        folder.AddTo(command);
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            EnvironmentFolder environmentFolder = EnvironmentFolder.Open(folder.PublicDirectory(parsed), folder.Environment(parsed));
            PublicFile retired = environmentFolder.Read(KeyRole.OtaCurrent);
            PublicFile promoted = environmentFolder.Read(KeyRole.OtaNext);
            NewKey.Make(key.Reference(parsed)!, key.Passphrase(parsed), parsed.GetValue(plain));
            using HeldKey held = key.Open(parsed);
            byte[] made = held.ExportSubjectPublicKeyInfo();
            foreach (KeyRole role in (KeyRole[])[KeyRole.OtaCurrent, KeyRole.OtaNext])
            {
                environmentFolder.RequireUnused(made, role);
            }

            PublicFile next = new(PublicFile.PublicKeyLabel, made);
            environmentFolder.Put(parsed.GetValue(plain), (KeyRole.OtaCurrent, promoted), (KeyRole.OtaNext, next));
            Console.WriteLine($"retired:  {retired.Fingerprint}; boards in the field trust it until a new deployment");
            Console.WriteLine($"current:  {promoted.Fingerprint}; sign with it from now on");
            Console.WriteLine($"next:     {next.Fingerprint}; {KeyRole.OtaNext.NextStep}");
            return 0;
        });
        return command;
    }
}
