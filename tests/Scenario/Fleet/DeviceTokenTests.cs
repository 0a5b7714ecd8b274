using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Fleet;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The door of tokens alone: each reason by a departure in one thing.</summary>
[TestClass]
public sealed class DeviceTokenTests
{
    private static readonly DateTime _now = new(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc);
    private static readonly ECDsaSecurityKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "key-1" };
    private static readonly ECDsaSecurityKey _other = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "key-1" };

    private static Device Board { get; } = new()
    {
        Id = "board-a",
        HardwareId = "hw",
        PublicKeyHash = Records.Hash("k"),
        CertificateSha256 = Records.Hash("c"),
        Batch = "b",
        Line = "l",
        Station = "s",
        Operator = "o",
        FirmwareVersion = "1",
        ManufacturedAt = _now,
        State = DeviceState.Active,
        Tenant = "north",
        StateAt = _now.AddHours(-1),
    };

    [TestMethod]
    public void ATokenOfOursOpens()
    {
        TokenCheck check = Check(Token());
        Assert.AreEqual((TokenVerdict.Accepted, "board-a"), (check.Verdict, check.Value?.Device.Id));
        Assert.AreEqual(TokenVerdict.Accepted, Check(Token(), now: _now + DeviceToken.Life - TimeSpan.FromSeconds(1)).Verdict);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("x")]
    [DataRow("a.b.c")]
    [DataRow("e30.e30.")]
    [DataRow("....")]
    public void Malformed(string text) => Assert.IsNull(Check(text).Value, text);

    [TestMethod]
    public void TooLong() => Refused(TokenVerdict.Malformed, Check(Token(jti: new string('x', DeviceToken.MaximumLength))));

    [TestMethod]
    public void AlgorithmNone()
    {
        string[] parts = Token().Split('.');
        string header = Base64UrlEncoder.Encode("""{"alg":"none","kid":"key-1","typ":"at+jwt"}""");
        Assert.IsNull(Check($"{header}.{parts[1]}.").Value);
        Assert.IsNull(Check($"{header}.{parts[1]}.{parts[2]}").Value);
    }

    // The public key as if it were a secret that both sides have.
    [TestMethod]
    public void AnHmacUnderThePublicKey()
    {
        string[] parts = Token().Split('.');
        string signed = Base64UrlEncoder.Encode("""{"alg":"HS256","kid":"key-1","typ":"at+jwt"}""") + "." + parts[1];
        foreach (byte[] secret in new[] { _key.ECDsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(_key.ECDsa.ExportSubjectPublicKeyInfoPem()) })
        {
            byte[] mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed));
            Assert.IsNull(Check($"{signed}.{Base64UrlEncoder.Encode(mac)}").Value);
        }
    }

    [TestMethod]
    public void AnotherKindOfToken() => Refused(TokenVerdict.Algorithm, Check(Token(kind: "JWT")));

    [TestMethod]
    public void AnotherKeysSignature() => Refused(TokenVerdict.Signature, Check(Token(key: _other)));

    [TestMethod]
    public void AKeyThatIsNotInTheSet() => Refused(TokenVerdict.UnknownKey, Check(Token(key: new ECDsaSecurityKey(_key.ECDsa) { KeyId = "key-2" })));

    [TestMethod]
    public void NoKeyNamed() => Refused(TokenVerdict.UnknownKey, Check(Token(key: new ECDsaSecurityKey(_key.ECDsa))));

    [TestMethod]
    public void EachChangedCharacterIsSeen()
    {
        string token = Token();
        for (int i = 0; i < token.Length; i++)
        {
            char[] changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'Q' : 'A';
            Assert.IsNull(Check(new string(changed)).Value, $"character {i}");
        }
    }

    [TestMethod]
    public void AnotherIssuer() => Refused(TokenVerdict.Issuer, Check(Token(issuer: "somebody")));

    [TestMethod]
    public void AnotherAudience() => Refused(TokenVerdict.Audience, Check(Token(audience: "weather")));

    [TestMethod]
    public void Expired()
    {
        Refused(TokenVerdict.Expired, Check(Token(), now: _now + DeviceToken.Life));
        Refused(TokenVerdict.Expired, Check(Token(), now: _now - TimeSpan.FromSeconds(1)));
        Refused(TokenVerdict.Expired, Check(Token(life: null)));
    }

    [TestMethod]
    public void UnknownDevice() => Refused(TokenVerdict.UnknownDevice, Check(Token(), none: true));

    [TestMethod]
    [DataRow(DeviceState.Manufactured)]
    [DataRow(DeviceState.Shipped)]
    [DataRow(DeviceState.Quarantined)]
    [DataRow(DeviceState.Revoked)]
    [DataRow(DeviceState.Retired)]
    public void AnotherState(DeviceState state) => Refused(TokenVerdict.State, Check(Token(), Board with { State = state }));

    [TestMethod]
    public void Nobodys() => Refused(TokenVerdict.State, Check(Token(tenant: ""), Board with { Tenant = "" }));

    [TestMethod]
    public void AnotherTenant() => Refused(TokenVerdict.Tenant, Check(Token(), Board with { Tenant = "south" }));

    [TestMethod]
    public void IssuedBeforeTheStateChanged()
    {
        Refused(TokenVerdict.BeforeState, Check(Token(), Board with { StateAt = _now.AddSeconds(2) }, now: _now.AddSeconds(3)));
        Assert.AreEqual(TokenVerdict.Accepted, Check(Token(), Board with { StateAt = _now.AddMilliseconds(300) }).Verdict, "a token has whole seconds");
    }

    [TestMethod]
    public void AnotherScope()
    {
        Refused(TokenVerdict.Scope, Check(Token(scope: "self:readx x")));
        Assert.AreEqual(TokenVerdict.Accepted, Check(Token(scope: "telemetry:write self:read")).Verdict);
    }

    private static void Refused(TokenVerdict verdict, TokenCheck check)
    {
        Assert.AreEqual(verdict, check.Verdict, check.Token);
        Assert.IsNull(check.Value);
    }

    private static TokenCheck Check(string text, Device? device = null, DateTime? now = null, bool none = false)
    {
        ECPoint point = _key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        JsonWebKey published = new() { Kty = "EC", Crv = "P-256", X = Base64UrlEncoder.Encode(point.X), Y = Base64UrlEncoder.Encode(point.Y), Kid = "key-1" };
        return DeviceToken.CheckAsync(
            text, "fleet", TokenScopes.SelfRead, id => id == "key-1" ? published : null, id => none || id != "board-a" ? null : device ?? Board, now ?? _now).Result;
    }

    private static string Token(
        ECDsaSecurityKey? key = null, string kind = DeviceToken.Kind, string issuer = "fleet", string audience = TokenScopes.Own, string tenant = "north",
        string scope = TokenScopes.SelfRead, string jti = "1", int? life = 900)
    {
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = kind,
            Issuer = issuer,
            Audience = audience,
            IssuedAt = _now,
            NotBefore = _now,
            Expires = life is null ? null : _now.AddSeconds(life.Value),
            Claims = new Dictionary<string, object> { ["sub"] = "board-a", ["jti"] = jti, ["tenant"] = tenant, ["scope"] = scope },
            SigningCredentials = new SigningCredentials(key ?? _key, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
