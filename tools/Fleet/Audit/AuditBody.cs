using DeviceFirmware.Bytes;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The body of an audit entry, deterministic CBOR: <c>{1: actor, 2: identity, 3: device, 4: from, 5: to, 6: reference, 7: commitment}</c>, texts
/// but the last two, which are 16 and 32 bytes; a text that does not apply is empty. No field can name a person: those stand behind the reference.
/// </summary>
public sealed record AuditBody(string Actor, string Identity, string Device, string From, string To, byte[] Reference, byte[] Commitment)
{
    /// <summary>Most bytes of a body.</summary>
    public const int MaximumBytes = 512;

    private const int MaximumText = 64;
    private const int ReferenceSize = 16;
    private const int HashSize = 32;

    /// <summary>The bytes.</summary>
    public byte[] Encode()
    {
        return new CborWriter().Map(7)
            .Unsigned(1).Text(Actor)
            .Unsigned(2).Text(Identity)
            .Unsigned(3).Text(Device)
            .Unsigned(4).Text(From)
            .Unsigned(5).Text(To)
            .Unsigned(6).Bytes(Reference)
            .Unsigned(7).Bytes(Commitment)
            .ToArray();
    }

    /// <summary>Reads a body; null when it is none.</summary>
    public static AuditBody? Decode(byte[] encoded)
    {
        CborReader reader = new(encoded);
        reader.Map(7);
        string[] texts = new string[5];
        for (int i = 0; i < texts.Length; i++)
        {
            reader.Key(i + 1);
            texts[i] = reader.Text(0, MaximumText);
        }

        reader.Key(6);
        byte[] reference = reader.Bytes(ReferenceSize, ReferenceSize);
        reader.Key(7);
        byte[] commitment = reader.Bytes(HashSize, HashSize);
        return reader.IsComplete ? new AuditBody(texts[0], texts[1], texts[2], texts[3], texts[4], reference, commitment) : null;
    }
}
