using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The door "who calls the API?". A key is <c>dfk-ID-SECRET</c>, 12 and 64 lower-case hex digits; the database has its hash, so that whoever
/// reads the database calls nothing. It is shown once, when it is made, and never written into a log.
/// </summary>
public sealed class ApiKeys(DatabaseSource source, TimeProvider time)
{
    private const string Scheme = "Bearer ";
    private const int IdDigits = 12;
    private const int SecretBytes = 32;
    private const int MaximumName = 64;

    /// <summary>Makes a key: its row, and the key itself for the one who asked.</summary>
    public Outcome<NewApiKey> Create(string name, ApiRoles roles, string? tenant)
    {
        if (name.Length is 0 or > MaximumName || name.Any(char.IsControl))
        {
            return new Refusal("bad-name", $"a key's name has 1 to {MaximumName} printable characters", 422);
        }

        if (roles == ApiRoles.None || (tenant is not null && !Tenants.IsValid(tenant)))
        {
            return new Refusal("bad-key", "a key has at least one role, and a tenant is [a-z0-9-]{1,32}", 422);
        }

        if (tenant is not null && (roles & ~(ApiRoles.Operator | ApiRoles.Auditor)) != 0)
        {
            return new Refusal("bad-key", "a tenant's key is operator or auditor: factory and release concern every tenant", 422);
        }

        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdDigits / 2));
        byte[] text = Encoding.ASCII.GetBytes($"dfk-{id}-{new string('0', 2 * SecretBytes)}");
        byte[] secret = RandomNumberGenerator.GetBytes(SecretBytes);
        for (int i = 0; i < SecretBytes; i++)
        {
            text[^(2 * (SecretBytes - i))] = (byte)"0123456789abcdef"[secret[i] >> 4];
            text[^((2 * (SecretBytes - i)) - 1)] = (byte)"0123456789abcdef"[secret[i] & 15];
        }

        CryptographicOperations.ZeroMemory(secret);
        ApiKey key = new()
        {
            Id = id,
            Name = name,
            Roles = roles,
            Tenant = tenant,
            Hash = Convert.ToHexStringLower(SHA256.HashData(text)),
            CreatedAt = time.GetUtcNow().UtcDateTime,
        };
        using FleetDatabase database = source.Open();
        using var transaction = database.Database.BeginTransaction();
        database.Set<ApiKey>().Add(key);
        Note(database, "key-new", key);
        transaction.Commit();
        return new NewApiKey(key, text);
    }

    /// <summary>All keys, also revoked ones, oldest first.</summary>
    public IReadOnlyList<ApiKey> List()
    {
        using FleetDatabase database = source.Open();
        return [.. database.Set<ApiKey>().AsNoTracking().OrderBy(key => key.CreatedAt).ThenBy(key => key.Id)];
    }

    /// <summary>Makes a key worth nothing, from the next request on.</summary>
    public Outcome<ApiKey> Revoke(string id)
    {
        using FleetDatabase database = source.Open();
        if (database.Set<ApiKey>().AsNoTracking().FirstOrDefault(key => key.Id == id) is not { } known)
        {
            return new Refusal("unknown-key", "there is no API key of that id", 404);
        }

        if (known.RevokedAt is not null)
        {
            return known;
        }

        using var transaction = database.Database.BeginTransaction();
        ApiKey revoked = known with { RevokedAt = time.GetUtcNow().UtcDateTime };
        database.Update(revoked);
        Note(database, "key-revoked", revoked);
        transaction.Commit();
        return revoked;
    }

    /// <summary>The public part of the key in an <c>Authorization</c> header, whether it holds or not; null when there is no key.</summary>
    public static string? IdOf(string? authorization)
    {
        return authorization is not null && authorization.Length <= 256 && authorization.StartsWith(Scheme, StringComparison.Ordinal)
            && IsKey(authorization[Scheme.Length..])
            ? authorization.Substring(Scheme.Length + 4, IdDigits)
            : null;
    }

    /// <summary>The key of an <c>Authorization</c> header; null when it names none that holds.</summary>
    public ApiKey? Authenticate(string? authorization)
    {
        if (IdOf(authorization) is not { } id)
        {
            return null;
        }

        string text = authorization![Scheme.Length..];
        using FleetDatabase database = source.Open();
        ApiKey? key = database.Set<ApiKey>().AsNoTracking().FirstOrDefault(row => row.Id == id);
        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes(text));
        return key is not null && key.RevokedAt is null && CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(key.Hash)) ? key : null;
    }

    // Keys are made and revoked by who may write the data directory; the audit has it all the same.
    private void Note(FleetDatabase database, string kind, ApiKey key)
    {
        AuditFact fact = new()
        {
            Kind = kind,
            Who = Account.Command("key"),
            Tenant = key.Tenant ?? "",
            Reason = $"{key.Id} {ApiRoleWords.Of(key.Roles)} {key.Name}",
        };
        new AuditWriter(database).Append(fact, time.GetUtcNow().UtcDateTime);
        database.SaveChanges();
    }

    /// <summary>True for the form of a key.</summary>
    public static bool IsKey(string text)
    {
        return text.Length == 4 + IdDigits + 1 + (2 * SecretBytes)
            && text.StartsWith("dfk-", StringComparison.Ordinal)
            && text[4 + IdDigits] == '-'
            && text.Where((_, i) => i >= 4 && i != 4 + IdDigits).All(char.IsAsciiHexDigitLower);
    }
}

/// <summary>A key that was just made. Whoever has written the text down clears it.</summary>
public sealed record NewApiKey(ApiKey Key, byte[] Text);

/// <summary>The form of a tenant's name: as a device id.</summary>
public static class Tenants
{
    /// <summary>True when the text is one.</summary>
    public static bool IsValid(string? text)
    {
        return DeviceId.IsValid(text);
    }
}
