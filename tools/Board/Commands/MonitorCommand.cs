using System.CommandLine;
using System.IO.Ports;
using System.Text;

namespace DeviceFirmware.Board;

/// <summary>
/// <c>board monitor</c>: what a serial port says, as text. Without a debugger the CLR writes what the loader logs in plain text to its own port;
/// while Visual Studio or VS Code is attached it sends packets to that debugger instead, and this shows nothing readable. On the provisioning
/// UART what is typed goes out, line by line: <c>help</c>, <c>id</c>.
/// </summary>
public static class MonitorCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> port = new("--port") { Required = true, Description = "the CLR's port, or that of the provisioning UART" };
        Option<int> baud = new("--baud") { DefaultValueFactory = _ => 115200, Description = "bits per second; the CLR's port may run at 921600" };
        Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 0, Description = "end after so many seconds; 0, the default, is never" };
        Command command = new("monitor", "shows what a serial port says, and sends what is typed; ends with Ctrl-C") { port, baud, seconds };
        command.SetAction(parsed =>
        {
            using SerialPort line = LoaderGreeting.Open(parsed.GetRequiredValue(port), parsed.GetRequiredValue(baud));
            Thread typing = new(() => Send(line)) { IsBackground = true };
            typing.Start();
            double limit = parsed.GetRequiredValue(seconds);
            DateTime end = limit > 0 ? DateTime.UtcNow + BoardOptions.Seconds(limit, "--seconds") : DateTime.MaxValue;
            byte[] buffer = new byte[1024];
            while (DateTime.UtcNow < end)
            {
                Console.Write(Readable(buffer.AsSpan(0, LoaderGreeting.Read(line, buffer))));
                Console.Out.Flush();
            }

            return 0;
        });
        return command;
    }

    /// <summary>Text and line ends; nothing that could draw on a terminal.</summary>
    public static string Readable(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte value in bytes)
        {
            if (value is (byte)'\n' or (byte)'\t' or (>= 0x20 and <= 0x7E))
            {
                text.Append((char)value);
            }
        }

        return text.ToString();
    }

    private static void Send(SerialPort line)
    {
        try
        {
            while (Console.ReadLine() is string typed)
            {
                byte[] bytes = Encoding.ASCII.GetBytes(typed + "\r\n");
                line.Write(bytes, 0, bytes.Length);
            }
        }
        catch (Exception problem) when (problem is IOException or InvalidOperationException or TimeoutException)
        {
            // The reading side finds the same and says it.
        }
    }
}
