using System.CommandLine;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary><c>keys order show</c>: what a signed order says, and who signed it.</summary>
public static class OrderShowCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "signed order" };
        Option<string?> key = new("--public-key") { Description = "PEM file of the command key that must have signed it; without it the signature is not judged" };
        Command command = new("show", "shows what a signed order says") { file, key };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetValue(key)));
        return command;
    }

    private static int Run(string file, string? publicKey)
    {
        byte[] message = WholeFile.Read(file, Order.MaximumSize);
        Order order = Order.Peek(message) ?? throw ToolFailure.BadInput($"{file} is no signed order");
        CoseSign1 signed = CoseSign1.Decode(message, Order.MaximumSize);
        foreach (string line in OrderText.Lines(order, message, signed.KeyHash))
        {
            Console.WriteLine(line);
        }

        if (publicKey is null)
        {
            Console.WriteLine("signature  not judged: no --public-key");
            return 0;
        }

        byte[] info = PublicFile.Read(publicKey).Der;
        Crypto.P256PublicKey key = Crypto.P256PublicKey.DecodeSubjectPublicKeyInfo(info, 0, info.Length) ?? throw ToolFailure.BadInput($"{publicKey} is no P-256 public key");
        if (!signed.IsSignedBy(key, Order.Context))
        {
            throw ToolFailure.Refused("wrong-signature", $"{file} is not signed by {publicKey}");
        }

        Console.WriteLine("signature  right");
        return 0;
    }
}
