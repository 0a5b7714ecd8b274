using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary><c>board doctor</c>: what is missing, why it matters, what to do.</summary>
public static class DoctorCommand
{
    private const int MaximumSummary = 256 * 1024;
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string?> port = new("--port") { Description = "serial port of the board; without it only this computer is looked at" };
        Option<string?> provisioning = BoardOptions.ProvisioningPort();
        Option<string?> board = new("--board") { Description = "the CLR's target name that the board should have" };
        Option<string?> deployment = BoardOptions.Deployment();
        Option<string?> espefuse = new("--espefuse") { Description = "file with what `espefuse --port P summary` printed for this board" };
        Option<string?> posture = new("--posture") { Description = "file to write the posture to, for factory one --posture (replaced if it exists)" };
        Option<bool> json = new("--json") { Description = "print the findings and the posture as JSON" };
        Option<string> nanoff = BoardOptions.NanoffPath();
        Option<double> seconds = BoardOptions.NanoffSeconds();
        Command command = new("doctor", "says what is missing on this computer, on the line and on the board; changes nothing, restarts the board")
        {
            port, provisioning, board, deployment, espefuse, posture, json, nanoff, seconds,
        };
        command.SetAction(parsed =>
        {
            string? file = parsed.GetValue(deployment) ?? (BoardOptions.Repository() is string repository ? DeploymentFile.Find(repository) : null);
            bool asJson = parsed.GetValue(json);
            BoardKind? kind = parsed.GetValue(board) is string target ? BoardCatalog.OfTarget(target) : null;
            Examination examination = new(
                new ExaminationRequest(parsed.GetValue(port), parsed.GetValue(provisioning), file, kind, ReadSummary(parsed.GetValue(espefuse))),
                parsed.GetRequiredValue(nanoff),
                BoardOptions.Seconds(parsed.GetRequiredValue(seconds), "--nanoff-seconds"),
                new SerialPorts(),
                line => (asJson ? TextWriter.Null : Console.Out).WriteLine(line));
            examination.Run();
            Console.Write(asJson ? Json(examination) : Text(examination));
            if (parsed.GetValue(posture) is string output)
            {
                WholeFile.Write(output, Encoding.UTF8.GetBytes(examination.Posture.Encode() + "\n"), overwrite: true);
            }

            return examination.Findings.Any(finding => finding.Weight == Weight.Problem) ? ToolFailure.RefusedCode : 0;
        });
        return command;
    }

    private static EfuseSummary? ReadSummary(string? path) =>
        path is null ? null
        : EfuseSummary.Parse(Encoding.Latin1.GetString(WholeFile.Read(path, MaximumSummary)))
            ?? throw ToolFailure.BadInput($"{path} is not the text of one `espefuse summary`");

    private static string Text(Examination examination)
    {
        StringBuilder text = new();
        foreach (string line in examination.Findings.SelectMany(finding => finding.Lines()))
        {
            text.Append(ToolFailure.OneLine(line)).Append('\n');
        }

        foreach ((string name, string value) in examination.Posture.Members)
        {
            text.Append($"posture  {name}: {value}\n");
        }

        return text.ToString();
    }

    private static string Json(Examination examination) => new JsonObject
    {
        ["findings"] = new JsonArray([.. examination.Findings.Select(finding => (JsonNode)finding.Json())]),
        ["posture"] = JsonNode.Parse(examination.Posture.Encode()),
    }.ToJsonString(_indented) + "\n";
}
