using System.CommandLine;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary><c>factory sign</c>: signs a request out of a file, through the same door and into the same record.</summary>
public static class SignCommand
{
    private const int MaximumCsrLength = 4096;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> csr = new("--csr") { Required = true, Description = "the request, PKCS#10 PEM: subject CN is the id, serialNumber the hardware id" };
        Option<string> id = new("--id") { Required = true, Description = "the id to assign, 1 to 32 of a-z, 0-9, '-'" };
        Option<string> hardware = new("--hardware-id") { Required = true, Description = "the hardware id, 1 to 32 of a-z, 0-9, '-'" };
        Option<string> output = new("--out") { Required = true, Description = "the certificate file, PEM: the certificate, then its issuer" };
        Option<string> firmware = new("--firmware-version") { DefaultValueFactory = _ => "none", Description = "firmware version for the record" };
        Option<bool> force = new("--force") { Description = "replace the certificate file if it exists" };
        Option<string> data = StationOptions.DataOption();
        StationOptions station = new();
        Command command = new("sign", "signs a request that did not come over a serial line")
        {
            csr, id, hardware, output, firmware, force, data,
        };
        station.AddTo(command);
        command.SetAction(parsed =>
        {
            string target = parsed.GetRequiredValue(output);
            bool overwrite = parsed.GetValue(force);
            if (!overwrite && File.Exists(target))
            {
                // Before the signature, not after it.
                throw ToolFailure.Refused("exists", $"{target} exists already");
            }

            byte[] request = WholeFile.Read(parsed.GetRequiredValue(csr), MaximumCsrLength);
            Assignment assignment = new(OneCommand.ParseId(parsed.GetRequiredValue(id)), parsed.GetRequiredValue(hardware), KeyHash: null);
            Production production = station.ReadProduction(parsed, StationOptions.Text(parsed, firmware));
            using IssuingCa ca = station.LoadCa(parsed);
            (Admission? admission, StationStop? stop) = station.ReadAdmission(parsed, ca.Environment).Admit(ca.Environment, assignment.HardwareId);
            if (admission is null)
            {
                throw ToolFailure.RefusedElsewhere(stop!.Line);
            }

            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: true);
            SigningDesk desk = new(database, new CertificateIssuer(ca), TimeProvider.System);
            DeskResult result = desk.Sign(request, assignment, production, admission);
            if (result.Record?.Certificate is not byte[] certificate)
            {
                throw ToolFailure.Refused(result.Check.Token, result.Check.Reason);
            }

            WholeFile.Write(target, [.. Pem.Encode("CERTIFICATE", certificate), .. Pem.Encode("CERTIFICATE", ca.Certificate.Encoded)], overwrite);
            desk.Complete(assignment.DeviceId, production.FirmwareVersion, admission);
            Console.WriteLine($"{target}: device {assignment.DeviceId}, sha256:{RecordJson.Fingerprint(certificate)}{(result.WasSignedBefore ? ", from the record" : "")}");
            return 0;
        });
        return command;
    }
}
