using System.Security.Cryptography;

namespace DeviceFirmware.Factory;

/// <summary>What came of a request at the desk.</summary>
/// <param name="Check">The CSR policy's verdict.</param>
/// <param name="Record">The record with its certificate; null when refused.</param>
/// <param name="WasSignedBefore">True when the certificate is the one signed for this board before.</param>
public sealed record DeskResult(CsrCheck Check, BoardRecord? Record, bool WasSignedBefore);

/// <summary>
/// The one place that signs: policy, intent, signature, record, in this order. Who asks again with the same key and id gets the same
/// certificate. A station that died between intent and record signs again with the recorded serial and time, so that at most one
/// certificate with that serial ever left it.
/// </summary>
public sealed class SigningDesk(ManufacturingDatabase database, CertificateIssuer issuer, TimeProvider time)
{
    /// <summary>Judges the request and, if accepted, gives the board's certificate.</summary>
    public DeskResult Sign(byte[] csrPem, Assignment assignment, Production production, Admission admission)
    {
        CsrCheck check = database.Exclusively(() =>
        {
            CsrCheck verdict = AcceptedCsr.Check(csrPem, assignment, database);
            if (verdict.Proven is ProvenRequest proven)
            {
                database.AddRequest(proven);
            }

            if (verdict.IsAlarm)
            {
                database.Stop(verdict.Token, verdict.Reason);
            }

            if (verdict.Csr is AcceptedCsr accepted && database.FindById(accepted.DeviceId) is null)
            {
                database.AddIntent(NewIntent(accepted, production, admission));
            }

            return verdict;
        });
        if (check.Csr is not AcceptedCsr csr)
        {
            return new DeskResult(check, null, false);
        }

        BoardRecord record = database.FindById(csr.DeviceId)!;
        if (record.Certificate is not null)
        {
            return new DeskResult(check, record, true);
        }

        database.SetSigned(csr.DeviceId, issuer.Issue(csr, Convert.FromHexString(record.Serial), record.Production.Batch, record.IntentAt));
        return new DeskResult(check, database.FindById(csr.DeviceId), false);
    }

    /// <summary>The record of an id, or null.</summary>
    public BoardRecord? Find(string deviceId) => database.FindById(deviceId);

    /// <summary>Records that the board is provisioned, with which image and under which admission.</summary>
    public void Complete(string deviceId, string firmwareVersion, Admission admission) => database.SetCompleted(deviceId, firmwareVersion, admission, Now());

    private BoardRecord NewIntent(AcceptedCsr csr, Production production, Admission admission) => new(
        csr.DeviceId,
        csr.HardwareId,
        csr.KeyHash,
        BoardRecordState.Intent,
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        production,
        Now(),
        Certificate: null,
        CompletedAt: null,
        csr.HardwareIdRepeats,
        admission);

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
}
