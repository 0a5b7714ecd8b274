using System.CommandLine;
using System.Security.Cryptography;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet policy</c>: for those who write policy documents. Needs no server.</summary>
internal static class PolicyCommands
{
    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "policy document, JSON, at most 64 KB" };
        Command check = new("check", "reads a document, or says where it is wrong") { file };
        check.SetAction(parsed => Check(parsed.GetRequiredValue(file)));

        Command prove = new("prove", "proves for every device id, tenant and product that no device reaches another's or another tenant's topics and that each deny wins, or shows who reaches what") { file };
        prove.SetAction(parsed => Prove(parsed.GetRequiredValue(file)));

        Option<string> device = new("--device") { Required = true, Description = "id of the device that asks" };
        Option<string?> tenant = new("--tenant") { Description = "whose the device is, ${tenant}; default: nobody's" };
        Option<string?> product = new("--product") { Description = "what it is to its tenant, ${product}; default: it has none" };
        Option<string> action = new("--action") { Required = true, Description = "connect, publish or subscribe" };
        Option<string> resource = new("--resource") { Required = true, Description = "client id, topic or filter, without a prefix" };
        Command explain = new("explain", "says what a document answers to one request, and which statement decides") { file, device, tenant, product, action, resource };
        explain.SetAction(parsed => Explain(
            parsed.GetRequiredValue(file),
            Subject(parsed.GetRequiredValue(device), parsed.GetValue(tenant), parsed.GetValue(product)),
            parsed.GetRequiredValue(action),
            parsed.GetRequiredValue(resource)));

        Option<string?> expectations = new("--expectations") { Description = "JSON array of expectations; default: the document's name with .tests.json" };
        Command test = new("test", "holds a document to the expectations that lie beside it") { file, expectations };
        test.SetAction(parsed => Test(parsed.GetRequiredValue(file), parsed.GetValue(expectations)));
        return new Command("policy", "policy documents: check, prove, explain, test") { check, prove, explain, test };
    }

    private static int Check(string path)
    {
        PolicyDocument document = Read(path, out string sha256);
        Console.Out.WriteLine($"ok version={document.Version} statements={document.Statements.Count} sha256={sha256}");
        return 0;
    }

    private static int Prove(string path)
    {
        PolicyProof proof = PolicyProver.Prove(Read(path, out _));
        foreach (PolicyFinding finding in proof.Findings)
        {
            Console.Out.WriteLine(finding);
        }

        if (!proof.IsProved)
        {
            throw ToolFailure.Refused("policy-not-proved", $"{path}: {proof.Findings.Count} findings");
        }

        Console.Out.WriteLine($"proved for every device id, tenant and product: no other client id, no topic and no filter of another device or tenant; deny wins in all {proof.Classes} classes of requests");
        return 0;
    }

    private static PolicySubject Subject(string deviceId, string? tenant, string? product)
    {
        return DeviceId.IsValid(deviceId) && (tenant is null || Tenants.IsValid(tenant)) && (product is null || DeviceId.IsValid(product))
            ? new PolicySubject(deviceId, tenant ?? "", product ?? "")
            : throw ToolFailure.BadInput("--device, --tenant and --product must be [a-z0-9-]{1,32}");
    }

    private static int Explain(string path, PolicySubject subject, string action, string resource)
    {
        if (PolicyExpectations.Request(action, resource) is not { } request)
        {
            throw ToolFailure.BadInput("--action must be connect, publish or subscribe");
        }

        PolicyDocument document = Read(path, out _);
        ClientPolicy decision = ClientPolicy.Explain(document.For(subject), request);
        Console.Out.WriteLine($"{decision.Token}{(decision.Statement == 0 ? "" : $" by statement {decision.Statement}")}{(decision.Reason.Length == 0 ? "" : ": " + decision.Reason)}");
        if (decision.Statement > 0)
        {
            PolicyStatement statement = document.Statements[decision.Statement - 1];
            PolicyAction asked = Enum.Parse<PolicyAction>(action, ignoreCase: true);
            Console.Out.WriteLine($"  {DeviceRegistry.Word(statement.Effect)} {action} on {string.Join(", ", statement.Resources.Where(r => r.Concerns == asked).Select(r => r.Pattern))}");
        }

        return 0;
    }

    private static int Test(string path, string? expectationsPath)
    {
        PolicyDocument document = Read(path, out _);
        string beside = expectationsPath ?? Path.ChangeExtension(path, ".tests.json");
        if (!PolicyExpectations.TryParse(WholeFile.Read(beside, PolicyExpectations.MaximumBytes), out IReadOnlyList<PolicyExpectation> expectations, out string? problem))
        {
            throw ToolFailure.BadInput($"expectations {beside}: {problem}");
        }

        int failed = 0;
        foreach (PolicyExpectation expectation in expectations)
        {
            PolicySubject subject = expectation.Subject;
            ClientPolicy decision = ClientPolicy.Explain(document.For(subject), expectation.Request);
            if (decision.Token != expectation.Token || (expectation.Statement is { } statement && statement != decision.Statement))
            {
                failed++;
                Console.Out.WriteLine(
                    $"device {subject.DeviceId}{(subject.Tenant.Length == 0 ? "" : " of tenant " + subject.Tenant)}, {decision.Resource}: {decision.Token} by statement {decision.Statement}, expected {expectation.Token} {expectation.Statement}");
            }
        }

        if (failed > 0)
        {
            throw ToolFailure.Refused("policy-differs", $"{failed} of {expectations.Count} expectations are not met");
        }

        Console.Out.WriteLine($"ok {expectations.Count} expectations");
        return 0;
    }

    private static PolicyDocument Read(string path, out string sha256)
    {
        byte[] bytes = WholeFile.Read(path, PolicyParser.MaximumBytes);
        sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return PolicyParser.TryParse(bytes, out PolicyDocument? document, out string? problem) ? document : throw ToolFailure.BadInput($"policy {path}: {problem}");
    }
}
