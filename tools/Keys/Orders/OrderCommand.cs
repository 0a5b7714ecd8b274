using System.CommandLine;

namespace DeviceFirmware.Keys;

/// <summary><c>keys order</c>: signs orders to boards, and shows signed ones. Both work offline.</summary>
public static class OrderCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("order", "signs an order to boards with a command key, offline, or shows a signed one; the fleet only carries it")
    {
        OrderSignCommand.Create(),
        OrderShowCommand.Create(),
    };
}
