using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet settings</c>: what a device's application is told.</summary>
internal static class SettingsCommands
{
    public static Command Create()
    {
        Argument<string[]> values = new("settings")
        {
            Description = "all of them, each as name=value: a whole number, true, false, or a text ('name=\"4\"' for a text that looks like a number); none takes all away",
        };
        return new Command("settings", "the settings of a device's application: it says itself which it takes")
        {
            ClientCommands.DeviceVerb("set", "sets all settings of a device anew; they go there at once, or when it connects", [values], [], async (api, path, parsed) =>
                ClientCommands.Json(await api.PostAsync(path + "/settings", Encoding.UTF8.GetBytes(Read(parsed.GetValue(values) ?? [])), "application/json"))),
            ClientCommands.DeviceVerb("show", "shows them, and what the device said", [], [], async (api, path, _) =>
                ClientCommands.Json(await api.GetAsync(path + "/settings"))),
        };
    }

    private static string Read(string[] values)
    {
        JsonObject settings = [];
        foreach (string value in values)
        {
            int equals = value.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !settings.TryAdd(value[..equals], ValueOf(value[(equals + 1)..])))
            {
                throw ToolFailure.BadInput($"'{value}' is not name=value, or its name is there twice");
            }
        }

        return settings.ToJsonString();
    }

    private static JsonValue ValueOf(string text)
    {
        return text is "true" or "false" ? JsonValue.Create(text == "true")
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? JsonValue.Create(number)
            : JsonValue.Create(text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text);
    }
}
