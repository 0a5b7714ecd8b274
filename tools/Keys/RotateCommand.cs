using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary><c>keys rotate</c>: the next OTA or command key becomes the current one, and a new next one is made.</summary>
public static class RotateCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Argument<string> role = new("role")
        {
            Description = "ota-signing, the default, or command",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => KeyRole.OtaCurrent.Name,
        };
        FolderOptions folder = new();
        KeyOptions key = new("--key", "where the new next key goes");
        Option<bool> plain = NewKey.UnencryptedOption();
        Command command = new("rotate", "the next key of a role becomes the current one; a new next one is made. Boards trust both already") { role, plain };
        folder.AddTo(command);
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            (KeyRole current, KeyRole after) = parsed.GetRequiredValue(role) switch
            {
                "ota-signing" => (KeyRole.OtaCurrent, KeyRole.OtaNext),
                "command" => (KeyRole.CommandCurrent, KeyRole.CommandNext),
                _ => throw ToolFailure.BadInput("rotate ota-signing or command; other keys are made anew with keys make ROLE --replace"),
            };
            EnvironmentFolder environmentFolder = EnvironmentFolder.Open(folder.PublicDirectory(parsed), folder.Environment(parsed));
            PublicFile retired = environmentFolder.Read(current);
            PublicFile promoted = environmentFolder.Read(after);
            NewKey.Make(key.Reference(parsed)!, key.Passphrase(parsed), parsed.GetValue(plain));
            using HeldKey held = key.Open(parsed);
            byte[] made = held.ExportSubjectPublicKeyInfo();
            foreach (KeyRole known in (KeyRole[])[current, after])
            {
                environmentFolder.RequireUnused(made, known);
            }

            PublicFile next = new(PublicFile.PublicKeyLabel, made);
            environmentFolder.Put(parsed.GetValue(plain), (current, promoted), (after, next));
            Console.WriteLine($"retired:  {retired.Fingerprint}; boards in the field trust it until a new deployment");
            Console.WriteLine($"current:  {promoted.Fingerprint}; sign with it from now on");
            Console.WriteLine($"next:     {next.Fingerprint}; {after.NextStep}");
            return 0;
        });
        return command;
    }
}
