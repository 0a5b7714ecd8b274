using System.Numerics;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>P-256 over BigInteger with textbook Jacobian formulas: nothing in common with the firmware's. Null is infinity.</summary>
internal static class ReferenceP256
{
    internal static readonly BigInteger P = FromHex("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
    internal static readonly BigInteger N = FromHex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    internal static readonly BigInteger B = FromHex("5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B");
    internal static readonly Point G = new(
        FromHex("6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"),
        FromHex("4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"));

    internal sealed record Point(BigInteger X, BigInteger Y)
    {
        internal byte[] Encode() => [0x04, .. ToBytes(X), .. ToBytes(Y)];
    }

    internal static BigInteger FromHex(string digits) => FromBytes(Convert.FromHexString(digits));

    internal static BigInteger FromBytes(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    internal static byte[] ToBytes(BigInteger value)
    {
        byte[] digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);

        return [.. new byte[32 - digits.Length], .. digits];
    }

    internal static BigInteger Mod(BigInteger value, BigInteger modulus)
    {
        BigInteger remainder = value % modulus;

        return remainder.Sign < 0 ? remainder + modulus : remainder;
    }

    internal static BigInteger Inverse(BigInteger value, BigInteger modulus)
    {
        (BigInteger a, BigInteger b, BigInteger u, BigInteger v) = (Mod(value, modulus), modulus, BigInteger.One, BigInteger.Zero);

        while (!b.IsZero)
        {
            BigInteger quotient = a / b;
            (a, b, u, v) = (b, a - quotient * b, v, u - quotient * v);
        }

        return Mod(u, modulus);
    }

    /// <summary>x³ - 3x + b.</summary>
    internal static BigInteger RightSide(BigInteger x) => Mod(x * x * x - 3 * x + B, P);

    /// <summary>A y for this x, or null where the curve has none (p is 3 modulo 4).</summary>
    internal static BigInteger? SolveY(BigInteger x)
    {
        BigInteger right = RightSide(x);
        BigInteger y = BigInteger.ModPow(right, (P + 1) / 4, P);

        return Mod(y * y, P) == right ? y : null;
    }

    internal static Point? Add(Point? a, Point? b) => ToAffine(Add(ToJacobian(a), ToJacobian(b)));

    internal static Point? Multiply(BigInteger scalar, Point? point)
    {
        Jacobian sum = ToJacobian(null);
        Jacobian addend = ToJacobian(point);

        for (BigInteger left = Mod(scalar, N); !left.IsZero; left >>= 1)
        {
            if (!left.IsEven)
            {
                sum = Add(sum, addend);
            }

            addend = Double(addend);
        }

        return ToAffine(sum);
    }

    /// <summary>r and s for a nonce of the caller's choice, or null when one of them is 0.</summary>
    internal static byte[]? Sign(BigInteger privateKey, BigInteger nonce, byte[] hash)
    {
        BigInteger r = Multiply(nonce, G)!.X % N;
        BigInteger s = Mod(Inverse(nonce, N) * (FromBytes(hash) + r * privateKey), N);

        return r.IsZero || s.IsZero ? null : [.. ToBytes(r), .. ToBytes(s)];
    }

    /// <summary>RFC 6979 §3.2 with SHA-256.</summary>
    internal static byte[] SignDeterministic(BigInteger privateKey, byte[] hash)
    {
        ReferenceDrbg drbg = new(ToBytes(privateKey), ToBytes(FromBytes(hash) % N), null);

        while (true)
        {
            BigInteger nonce = FromBytes(drbg.Generate(32));

            if (nonce > 0 && nonce < N && Sign(privateKey, nonce, hash) is { } signature)
            {
                return signature;
            }
        }
    }

    internal static bool Verify(Point publicKey, byte[] hash, byte[] signature)
    {
        BigInteger r = FromBytes(signature[..32]);
        BigInteger s = FromBytes(signature[32..]);

        if (r.IsZero || r >= N || s.IsZero || s >= N)
        {
            return false;
        }

        BigInteger inverse = Inverse(s, N);
        Point? point = Add(Multiply(FromBytes(hash) * inverse, G), Multiply(r * inverse, publicKey));

        return point is not null && point.X % N == r;
    }

    private static Jacobian ToJacobian(Point? point) => point is null ? new(1, 1, 0) : new(point.X, point.Y, 1);

    private static Point? ToAffine(Jacobian point)
    {
        if (point.Z.IsZero)
        {
            return null;
        }

        BigInteger inverse = Inverse(point.Z, P);

        return new Point(Mod(point.X * inverse * inverse, P), Mod(point.Y * inverse * inverse * inverse, P));
    }

    private static Jacobian Double(Jacobian a)
    {
        BigInteger ySquared = Mod(a.Y * a.Y, P);
        BigInteger s = 4 * a.X * ySquared;
        BigInteger zSquared = Mod(a.Z * a.Z, P);
        BigInteger m = 3 * (a.X - zSquared) * (a.X + zSquared);
        BigInteger x = Mod(m * m - 2 * s, P);

        return new Jacobian(x, Mod(m * (s - x) - 8 * ySquared * ySquared, P), Mod(2 * a.Y * a.Z, P));
    }

    private static Jacobian Add(Jacobian a, Jacobian b)
    {
        if (a.Z.IsZero || b.Z.IsZero)
        {
            return a.Z.IsZero ? b : a;
        }

        BigInteger aZSquared = Mod(a.Z * a.Z, P);
        BigInteger bZSquared = Mod(b.Z * b.Z, P);
        BigInteger u = Mod(a.X * bZSquared, P);
        BigInteger s = Mod(a.Y * bZSquared * b.Z, P);
        BigInteger h = Mod(b.X * aZSquared - u, P);
        BigInteger r = Mod(b.Y * aZSquared * a.Z - s, P);

        if (h.IsZero)
        {
            return r.IsZero ? Double(a) : new(1, 1, 0);
        }

        BigInteger hSquared = Mod(h * h, P);
        BigInteger hCubed = hSquared * h;
        BigInteger x = Mod(r * r - hCubed - 2 * u * hSquared, P);

        return new Jacobian(x, Mod(r * (u * hSquared - x) - s * hCubed, P), Mod(h * a.Z * b.Z, P));
    }

    // (X/Z², Y/Z³); Z = 0 for infinity.
    private sealed record Jacobian(BigInteger X, BigInteger Y, BigInteger Z);
}
