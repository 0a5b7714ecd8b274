using System.CommandLine;
using DeviceFirmware.Commands;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet order</c>: orders that somebody with a command key has signed are handed to the server, and what became of them is shown.</summary>
internal static class OrderCommands
{
    public static Command Create()
    {
        Argument<string> order = new("order") { Description = "signed order (keys order sign)" };
        return new Command("order", "signed orders to devices; the fleet carries them and judges none")
        {
            ClientCommands.DeviceVerb("send", "hands a signed order over, to be carried to the device until it has answered", [order], [], async (api, path, parsed) =>
                ClientCommands.Json(await api.PostAsync(path + "/orders", WholeFile.Read(parsed.GetRequiredValue(order), Order.MaximumSize), "application/octet-stream"))),
            ClientCommands.DeviceVerb("list", "lists a device's orders and its answers", [], [], async (api, path, _) =>
                ClientCommands.Table(await api.GetAsync(path + "/orders"), "sequence", "verb", "acceptedAt", "answeredAt", "token", "reason", "sha256")),
        };
    }
}
