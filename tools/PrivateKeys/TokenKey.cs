using DeviceFirmware.Crypto;
using Net.Pkcs11Interop.HighLevelAPI;

namespace DeviceFirmware.Tools;

/// <summary>A key in a PKCS#11 token: it signs there, its private half never comes here. Its nonces are the token's, so signatures differ.</summary>
public sealed class TokenKey : HeldKey
{
    private readonly TokenSession _session;
    private readonly IObjectHandle _key;

    private TokenKey(TokenSession session, IObjectHandle key, P256PublicKey publicKey)
        : base(publicKey)
    {
        _session = session;
        _key = key;
    }

    /// <inheritdoc/>
    public override bool IsDeterministic => false;

    /// <summary>Finds the key of a reference, or ends the tool with bad input.</summary>
    public static TokenKey Open(Pkcs11Uri uri)
    {
        TokenSession session = TokenSession.Open(uri, writable: false);
        try
        {
            (IObjectHandle key, P256PublicKey publicKey) = session.Find();
            return new TokenKey(session, key, publicKey);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Makes a new key of that name inside the token.</summary>
    public static void Generate(Pkcs11Uri uri)
    {
        using TokenSession session = TokenSession.Open(uri, writable: true);
        session.Generate();
    }

    /// <inheritdoc/>
    protected override byte[] SignHashCore(byte[] hash) => _session.Sign(_key, hash);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _session.Dispose();
        }

        base.Dispose(disposing);
    }
}
