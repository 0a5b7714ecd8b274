using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The last signed head, beside the database: a database that was put back lies behind it, or says something else there, and is not served.
/// Against accidents; whoever owns the machine puts both back. Against him stand heads that somebody else holds.
/// </summary>
internal sealed class HeadFile(string dataDirectory, AuditTrail trail, AuditKey key)
{
    private const string FileName = "audit.head";

    private readonly string _path = Path.Combine(dataDirectory, FileName);
    private readonly Lock _writing = new();
    private long _written = -1;

    /// <summary>Refuses a database that is not the one of which the head speaks, or an older state of it.</summary>
    public void Check()
    {
        if (!File.Exists(_path))
        {
            return;
        }

        ChainHead head = ChainHead.Read(WholeFile.Read(_path, ChainHead.MaximumSize), key.PublicKey)
            ?? throw ToolFailure.Refused("head-signature", $"{_path} is not signed by the audit key beside it");
        if (!trail.Has(head.Position))
        {
            throw ToolFailure.Refused(
                "rolled-back",
                $"the database is not what it was: entry {head.Position.Sequence} of its audit is missing or another. Restore with 'fleet restore --head {_path}'");
        }
    }

    /// <summary>Writes the head of now, when there is something new.</summary>
    public void Write()
    {
        lock (_writing)
        {
            long sequence = trail.End().Sequence;
            if (sequence != _written)
            {
                WholeFile.Write(_path, trail.Head(key), overwrite: true);
                _written = sequence;
            }
        }
    }
}
