using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using DeviceFirmware.Crypto;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace DeviceFirmware.Tools;

/// <summary>A session with the token of a <see cref="Pkcs11Uri"/>, logged in as its user (PKCS#11 v2.40).</summary>
internal sealed class TokenSession : IDisposable
{
    // RFC 5480 section 2.1.1.1, as DER: the object identifier of P-256.
    private static readonly byte[] _curve = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    private static readonly Pkcs11InteropFactories _factories = new();

    // One initialisation a module and process (PKCS#11 section 5.4): a module stays until the process ends, or closing one key would close all.
    private static readonly ConcurrentDictionary<string, Lazy<IPkcs11Library>> _modules = new(StringComparer.Ordinal);

    private readonly Pkcs11Uri _uri;
    private readonly ISession _session;

    static TokenSession() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, (name, assembly, path) =>

        // Pkcs11Interop asks for "libdl", a name that only development packages install; the library itself has a number.
        name == "libdl" && OperatingSystem.IsLinux() ? NativeLibrary.Load("libdl.so.2", assembly, path) : IntPtr.Zero);

    private TokenSession(Pkcs11Uri uri, ISession session)
    {
        _uri = uri;
        _session = session;
    }

    /// <summary>Opens the session, or ends the tool with bad input.</summary>
    public static TokenSession Open(Pkcs11Uri uri, bool writable)
    {
        IPkcs11Library library = _modules.GetOrAdd(uri.ModulePath, path => new Lazy<IPkcs11Library>(() => Load(path))).Value;
        ISession? session = null;
        try
        {
            ISlot[] slots = [.. library.GetSlotList(SlotsType.WithTokenPresent).Where(slot => slot.GetTokenInfo() is { } token
                && token.TokenFlags.TokenInitialized && token.Label.TrimEnd() == uri.Token)];
            if (slots.Length != 1)
            {
                throw ToolFailure.BadInput($"{uri.ModulePath} has {slots.Length} tokens named '{uri.Token}'; one is needed");
            }

            session = slots[0].OpenSession(writable ? SessionType.ReadWrite : SessionType.ReadOnly);
            using Passphrase pin = uri.Pin.Get($"PIN of token {uri.Token}");
            LogIn(session, pin);
            return new TokenSession(uri, session);
        }
        catch (Exception problem)
        {
            session?.Dispose();
            throw problem is Pkcs11Exception refused ? Refused(uri, refused) : problem;
        }
    }

    /// <summary>The private key and its public half; bad input unless the reference finds exactly one P-256 pair.</summary>
    public (IObjectHandle Private, P256PublicKey Public) Find() => Guarded(() =>
    {
        List<IObjectHandle> keys = _session.FindAllObjects(Template(CKO.CKO_PRIVATE_KEY));
        List<IObjectHandle> points = _session.FindAllObjects(Template(CKO.CKO_PUBLIC_KEY));
        if (keys.Count != 1 || points.Count != 1)
        {
            throw ToolFailure.BadInput($"token {_uri.Token} has {keys.Count} private and {points.Count} public EC keys of that name; one of each is needed");
        }

        List<IObjectAttribute> values = _session.GetAttributeValue(points[0], [CKA.CKA_EC_PARAMS, CKA.CKA_EC_POINT]);
        byte[] curve = values[0].GetValueAsByteArray();
        byte[] point = values[1].GetValueAsByteArray();

        // CKA_EC_POINT is the uncompressed point in a DER OCTET STRING.
        P256PublicKey? key = curve.AsSpan().SequenceEqual(_curve) && point.Length == 2 + P256PublicKey.EncodedSize && point[0] == 4 && point[1] == P256PublicKey.EncodedSize
            ? P256PublicKey.Decode(point, 2, P256PublicKey.EncodedSize)
            : null;
        return (keys[0], key ?? throw ToolFailure.BadInput($"that key of token {_uri.Token} is not on P-256"));
    });

    /// <summary>Makes a pair inside the token: sensitive, not extractable, there to sign. A pair of that name there already is refused.</summary>
    public void Generate() => Guarded(() =>
    {
        if (_session.FindAllObjects(Template(CKO.CKO_PRIVATE_KEY)).Count + _session.FindAllObjects(Template(CKO.CKO_PUBLIC_KEY)).Count > 0)
        {
            throw ToolFailure.Refused("exists", $"token {_uri.Token} has a key of that name already");
        }

        List<IObjectAttribute> open = [.. Names(), Flag(CKA.CKA_TOKEN, true), Flag(CKA.CKA_PRIVATE, false), Flag(CKA.CKA_VERIFY, true), Bytes(CKA.CKA_EC_PARAMS, _curve)];
        List<IObjectAttribute> held = [.. Names(), Flag(CKA.CKA_TOKEN, true), Flag(CKA.CKA_PRIVATE, true), Flag(CKA.CKA_SENSITIVE, true), Flag(CKA.CKA_EXTRACTABLE, false), Flag(CKA.CKA_SIGN, true)];
        _session.GenerateKeyPair(_factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN), open, held, out _, out _);
        return 0;
    });

    /// <summary>Signs a hash: r and s.</summary>
    public byte[] Sign(IObjectHandle key, byte[] hash) => Guarded(() => _session.Sign(_factories.MechanismFactory.Create(CKM.CKM_ECDSA), key, hash));

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static void LogIn(ISession session, Passphrase pin)
    {
        try
        {
            session.Login(CKU.CKU_USER, pin.Bytes);
        }
        catch (Pkcs11Exception problem) when (problem.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Another key of this token is open in this process: a token logs its user in once for all sessions.
        }
    }

    private static IPkcs11Library Load(string path)
    {
        try
        {
            return _factories.Pkcs11LibraryFactory.LoadPkcs11Library(_factories, path, AppType.MultiThreaded);
        }
        catch (Exception problem) when (problem is UnmanagedException or Pkcs11Exception or BadImageFormatException or ExternalException or DllNotFoundException)
        {
            throw ToolFailure.BadInput($"{path} cannot be loaded as a PKCS#11 module");
        }
    }

    private static ToolFailure Refused(Pkcs11Uri uri, Pkcs11Exception problem) => ToolFailure.BadInput($"token {uri.Token}: {problem.Method} said {problem.RV}");

    private static IObjectAttribute Flag(CKA type, bool value) => _factories.ObjectAttributeFactory.Create(type, value);

    private static IObjectAttribute Bytes(CKA type, byte[] value) => _factories.ObjectAttributeFactory.Create(type, value);

    private List<IObjectAttribute> Template(CKO kind) =>
        [_factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, kind), _factories.ObjectAttributeFactory.Create(CKA.CKA_KEY_TYPE, CKK.CKK_EC), .. Names()];

    private IEnumerable<IObjectAttribute> Names()
    {
        if (_uri.Object is not null)
        {
            yield return _factories.ObjectAttributeFactory.Create(CKA.CKA_LABEL, _uri.Object);
        }

        if (_uri.Id is not null)
        {
            yield return Bytes(CKA.CKA_ID, _uri.Id);
        }
    }

    private T Guarded<T>(Func<T> body)
    {
        try
        {
            return body();
        }
        catch (Pkcs11Exception problem)
        {
            throw Refused(_uri, problem);
        }
    }
}
