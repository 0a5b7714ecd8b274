using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>Walks the audit past heads that others hold.</summary>
internal static class AuditWalk
{
    /// <summary>A head of a file, when that key signed it.</summary>
    public static ChainHead ReadHead(string path, P256PublicKey signer)
    {
        return ChainHead.Read(WholeFile.Read(path, ChainHead.MaximumSize), signer)
            ?? throw ToolFailure.Refused("head-signature", $"{path} is no head that this key has signed");
    }

    /// <summary>Walks the entries past the heads; where they end. Refuses with the verifier's word.</summary>
    public static ChainPosition Walk(IEnumerable<byte[]> entries, IEnumerable<ChainHead> heads)
    {
        ChainVerifier verifier = new(AuditKey.Chain, ChainPosition.Start(AuditKey.Chain), AuditBody.MaximumBytes);
        foreach (ChainHead head in heads)
        {
            verifier.Expect(head);
        }

        foreach (byte[] entry in entries)
        {
            if (verifier.Take(entry) is null)
            {
                break;
            }
        }

        return verifier.End() == ChainVerdict.Accepted
            ? verifier.Position
            : throw ToolFailure.Refused("audit-" + Word(verifier.Verdict), $"the audit does not hold at entry {verifier.Culprit}: {Text(verifier.Verdict)}");
    }

    private static string Word(ChainVerdict verdict)
    {
        return verdict switch
        {
            ChainVerdict.OtherChain => "other-chain",
            ChainVerdict.BeforeStart => "before-start",
            _ => DeviceRegistry.Word(verdict),
        };
    }

    private static string Text(ChainVerdict verdict)
    {
        return verdict switch
        {
            ChainVerdict.Malformed => "it is none",
            ChainVerdict.Gap => "something is missing, repeated or out of order",
            ChainVerdict.Broken => "something was changed or put in",
            ChainVerdict.OtherChain => "the head is of another chain",
            ChainVerdict.Fork => "it was rewritten after the head was handed over",
            ChainVerdict.Behind => "the end is missing: a head lies behind it",
            _ => "nothing can be said",
        };
    }
}
