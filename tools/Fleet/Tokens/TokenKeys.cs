using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The keys that sign tokens. Their public halves are in the database, their private halves in the data directory, mode 0600, of the current and
/// of the next key only. The next key stands in the key set before it signs, a former one until its last token has ended: who keeps the set
/// for <see cref="KeptFor"/> never meets a token whose key it cannot find.
/// </summary>
public sealed class TokenKeys(string dataDirectory, DatabaseSource source, TimeProvider time) : IDisposable
{
    /// <summary>How long others may keep the key set before they ask again; as long is the next key in it before it signs.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private string _openId = "";
    private ECDsa? _open;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Sees to it that there is a key that signs and a next one. A key whose private half is not here ends: its tokens are another machine's.</summary>
    public void Prepare()
    {
        lock (_lock)
        {
            using FleetDatabase database = source.Open();
            using var transaction = database.Database.BeginTransaction();
            DateTime now = Now;
            foreach (TokenKey lost in Held(database).Where(key => key.SignsUntil is null && !File.Exists(PathOf(key.Id))))
            {
                database.Update(lost with { SignsFrom = lost.SignsFrom ?? now, SignsUntil = now, EndsAt = now });
            }

            database.SaveChanges();
            database.ChangeTracker.Clear();
            List<TokenKey> keys = Held(database);
            if (!keys.Any(IsCurrent))
            {
                database.Update(keys.FirstOrDefault(IsNext) is { } next ? next with { SignsFrom = now } : Make(database, now) with { SignsFrom = now });
                database.SaveChanges();
                database.ChangeTracker.Clear();
                keys = Held(database);
            }

            if (!keys.Any(IsNext))
            {
                Make(database, now);
            }

            transaction.Commit();
        }
    }

    /// <summary>
    /// The next key signs from now on. Refuses before it was in the key set for <see cref="KeptFor"/>, except when the current key is
    /// <paramref name="lost"/> to somebody: then the current one ends at once, and its tokens with it.
    /// </summary>
    public Outcome<TokenKey> Rotate(bool lost, Account who)
    {
        lock (_lock)
        {
            using FleetDatabase database = source.Open();
            using var transaction = database.Database.BeginTransaction();
            DateTime now = Now;
            List<TokenKey> keys = Held(database);
            if (keys.FirstOrDefault(IsCurrent) is not { } current || keys.FirstOrDefault(IsNext) is not { } next)
            {
                return new Refusal("no-token-keys", "there are no keys yet: start the server once");
            }

            if (!lost && now - next.CreatedAt < KeptFor)
            {
                return new Refusal("next-too-young", $"the next key has to be in the key set for {KeptFor.TotalMinutes:0} minutes before it signs: {next.CreatedAt + KeptFor:yyyy-MM-ddTHH:mm:ssZ}");
            }

            database.Update(current with { SignsUntil = now, EndsAt = lost ? now : now + DeviceToken.Life });
            database.Update(next with { SignsFrom = now });
            database.SaveChanges();
            database.ChangeTracker.Clear();
            Make(database, now);
            new AuditWriter(database).Append(
                new AuditFact { Kind = "token-rotated", Who = who, Reason = $"{next.Id} after {current.Id}{(lost ? ", which was lost" : "")}" }, now);
            database.SaveChanges();
            transaction.Commit();
            File.Delete(PathOf(current.Id));
            return next with { SignsFrom = now };
        }
    }

    /// <summary>All keys there ever were, oldest first.</summary>
    public IReadOnlyList<TokenKey> List()
    {
        using FleetDatabase database = source.Open();
        return [.. database.Set<TokenKey>().AsNoTracking().OrderBy(key => key.CreatedAt).ThenBy(key => key.Id)];
    }

    /// <summary>The key set (RFC 7517): what tokens that hold now were or will soon be signed with.</summary>
    public IReadOnlyList<JsonWebKey> Published()
    {
        DateTime now = Now;
        return [.. List().Where(key => key.IsPublished(now)).Select(ToJwk)];
    }

    /// <summary>The key of that id while its tokens hold; the next one has none yet.</summary>
    internal JsonWebKey? Find(string id)
    {
        using FleetDatabase database = source.Open();
        return database.Set<TokenKey>().AsNoTracking().FirstOrDefault(key => key.Id == id) is { SignsFrom: not null } key && key.IsPublished(Now) ? ToJwk(key) : null;
    }

    /// <summary>Signs with the current key, one token at a time.</summary>
    internal T Sign<T>(Func<ECDsaSecurityKey, T> sign)
    {
        lock (_lock)
        {
            using FleetDatabase database = source.Open();
            TokenKey current = Held(database).First(IsCurrent);
            if (current.Id != _openId)
            {
                _open?.Dispose();
                _open = PrivateFile.Read(PathOf(current.Id));
                _openId = current.Id;
            }

            return sign(new ECDsaSecurityKey(_open) { KeyId = current.Id, CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } });
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _open?.Dispose();
    }

    private static bool IsCurrent(TokenKey key) => key.SignsFrom is not null && key.SignsUntil is null;

    private static bool IsNext(TokenKey key) => key.SignsFrom is null;

    private static List<TokenKey> Held(FleetDatabase database)
    {
        return [.. database.Set<TokenKey>().AsNoTracking().Where(key => key.SignsUntil == null).OrderBy(key => key.CreatedAt)];
    }

    // Values alone: a key that JsonWebKeyConverter makes keeps the ECDsa that it was made of.
    private static JsonWebKey ToJwk(TokenKey key)
    {
        return ToJwk(key.PublicKey, key.Id);
    }

    private static JsonWebKey ToJwk(byte[] publicKey, string? id)
    {
        using ECDsa curve = ECDsa.Create();
        curve.ImportSubjectPublicKeyInfo(publicKey, out _);
        ECPoint point = curve.ExportParameters(includePrivateParameters: false).Q;
        return new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = JsonWebKeyECTypes.P256,
            X = Base64UrlEncoder.Encode(point.X),
            Y = Base64UrlEncoder.Encode(point.Y),
            Use = JsonWebKeyUseNames.Sig,
            Alg = SecurityAlgorithms.EcdsaSha256,
            Kid = id,
        };
    }

    private string PathOf(string id) => Path.Combine(dataDirectory, "tokens", id + ".key.pem");

    // The file first: a row without its file would be a key that cannot sign.
    private TokenKey Make(FleetDatabase database, DateTime now)
    {
        using ECDsa made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] info = made.ExportSubjectPublicKeyInfo();
        string id = Base64UrlEncoder.Encode(ToJwk(info, null).ComputeJwkThumbprint());
        Directory.CreateDirectory(Path.Combine(dataDirectory, "tokens"));
        PrivateFile.Write(PathOf(id), made);
        TokenKey key = new() { Id = id, PublicKey = info, CreatedAt = now };
        database.Add(key);
        database.SaveChanges();
        database.ChangeTracker.Clear();
        return key;
    }
}
