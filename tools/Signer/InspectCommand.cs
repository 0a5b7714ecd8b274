using System.Buffers.Binary;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary><c>signer inspect</c>: shows what stands in an image, and judges nothing.</summary>
public static class InspectCommand
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "the image" };
        Option<bool> json = new("--json") { Description = "as JSON" };
        Command command = new("inspect", "shows what stands in an image; whether it may run is for verify to say") { file, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string file, bool json)
    {
        byte[] image = WholeFile.Read(file, ImageFormat.MaximumImageSize);
        ImageDump dump = ImageDump.Read(image) ?? throw ToolFailure.BadInput($"{file} does not start with an MCUboot image header");
        JsonObject description = Describe(dump, image);
        if (json)
        {
            Console.WriteLine(description.ToJsonString(_indented));
        }
        else
        {
            Print(description);
        }

        return 0;
    }

    private static JsonObject Describe(ImageDump dump, byte[] image) => new()
    {
        ["version"] = dump.Version.ToString(),
        ["length"] = dump.Length,
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(image)),
        ["headerSize"] = dump.HeaderSize,
        ["payloadSize"] = dump.PayloadSize,
        ["protectedSize"] = dump.ProtectedSize,
        ["digest"] = dump.Problem is null ? Convert.ToHexStringLower(SHA256.HashData(image.AsSpan(0, (int)(dump.HeaderSize + dump.PayloadSize + dump.ProtectedSize)))) : null,
        ["flags"] = dump.Flags,
        ["tlvs"] = new JsonArray([.. dump.Tlvs.Select(tlv => new JsonObject
        {
            ["type"] = $"0x{tlv.Type:x4}",
            ["name"] = ImageFormat.NameOf(tlv.Type),
            ["protected"] = tlv.Protected,
            ["value"] = ValueOf(tlv),
        })]),
        ["payload"] = dump.Problem is null ? Describe(PayloadDump.Read(
            dump.ValueOf(ImageFormat.PayloadKindTlv).FirstOrDefault(), image.AsSpan(dump.HeaderSize, (int)dump.PayloadSize))) : null,
        ["trailingBytes"] = dump.TrailingBytes,
        ["problem"] = dump.Problem,
    };

    private static JsonObject Describe(PayloadDump payload) => new()
    {
        ["assemblies"] = new JsonArray([.. payload.Assemblies.Select(assembly => new JsonObject
        {
            ["offset"] = assembly.Offset,
            ["length"] = assembly.Length,
            ["version"] = assembly.Version,
            ["heap"] = assembly.Heap,
        })]),
        ["heap"] = payload.Heap,
        ["problem"] = payload.Problem,
    };

    private static void Print(JsonObject description)
    {
        foreach ((string name, JsonNode? value) in description)
        {
            if (value is JsonArray tlvs)
            {
                foreach (JsonNode? tlv in tlvs)
                {
                    string area = tlv!["protected"]!.GetValue<bool>() ? "protected" : "unprotected";
                    Console.WriteLine($"{tlv["type"]} {tlv["name"],-16} {area,-11} {tlv["value"]}");
                }
            }
            else if (value is JsonObject payload)
            {
                foreach (JsonNode? assembly in payload["assemblies"]!.AsArray())
                {
                    Console.WriteLine($"{"assembly",-16} {assembly!["length"]} bytes at {assembly["offset"]}{(assembly["heap"] is JsonNode heap ? $", version {assembly["version"]}, heap {heap}" : "")}");
                }

                Console.WriteLine($"{"heap",-16} {payload["heap"]?.ToString() ?? "not for a board"}{(payload["heap"] is null ? "" : " bytes once loaded, by computation")}");
                if (payload["problem"] is JsonNode problem)
                {
                    Console.WriteLine($"{"payload",-16} {problem}");
                }
            }
            else if (value is not null)
            {
                Console.WriteLine($"{name,-16} {value}");
            }
        }
    }

    private static string ValueOf(DumpedTlv tlv) => tlv.Type switch
    {
        ImageFormat.SecurityCounterTlv when tlv.Value.Length == 4 => BinaryPrimitives.ReadUInt32LittleEndian(tlv.Value).ToString(),
        ImageFormat.PayloadKindTlv when tlv.Value.Length == 1 => tlv.Value[0].ToString(),
        ImageFormat.MinimumLoaderTlv when tlv.Value.Length == VersionField.Size => VersionField.Read(tlv.Value).ToString(),
        ImageFormat.BoardTypeTlv or ImageFormat.CoreLibraryTlv => ToolFailure.OneLine(Encoding.Latin1.GetString(tlv.Value)),
        _ => Convert.ToHexStringLower(tlv.Value),
    };
}
