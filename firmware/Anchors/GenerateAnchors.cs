using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Text;
using System;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Build task: turns one environment's public keys into EnvironmentAnchors.g.cs. Runs inside MSBuild, of the .NET SDK and of Visual Studio
/// alike, so it keeps to what netstandard2.0 has. Never part of the firmware.
/// </summary>
public sealed class DeviceFirmwareGenerateAnchors : Task
{
    private static readonly BigInteger P = Number("00FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");

    private const int PointLength = 65;
    private const int BytesPerLine = 16;

    // The environment whose boards are sold: prod, or prod-something.
    private const string Production = "prod";

    // SubjectPublicKeyInfo of an uncompressed P-256 point (RFC 5480 section 2): all that comes before the point.
    private static readonly byte[] P256Prefix =
    {
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
        0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    };

    /// <summary>Folder with one folder an environment.</summary>
    public string KeysFolder { get; set; }

    /// <summary>Name of the environment; empty for none.</summary>
    public string EnvironmentName { get; set; }

    /// <summary>Debug or Release.</summary>
    public string Configuration { get; set; }

    /// <summary>The source file to write.</summary>
    public string OutputFile { get; set; }

    /// <summary>False, with an error that names the file, when a key is missing or malformed.</summary>
    public override bool Execute()
    {
        string name = EnvironmentName ?? "";
        if (!IsName(name))
        {
            Log.LogError("DeviceEnvironment '{0}' is not a name of 1 to 16 characters a-z 0-9 -", name);
            return false;
        }

        string folder = Path.Combine(KeysFolder, name);
        byte[][] ota = new byte[0][], command = new byte[0][];
        byte[] time = new byte[0], factory = new byte[0], fleet = new byte[0];
        if (name.Length == 0 || !Directory.Exists(folder))
        {
            if (name.Length != 0)
            {
                Log.LogMessage(MessageImportance.High, "anchors: no folder {0}", folder);
            }

            Log.LogMessage(MessageImportance.High, "anchors: none; this firmware refuses everything");
            name = "";
        }
        else
        {
            Log.LogMessage(MessageImportance.High, "anchors: environment {0}", name);
            _manifest = Manifest(folder, name);
            ota = new[] { PublicKey(Path.Combine(folder, "ota-signing", "current.pem")), PublicKey(Path.Combine(folder, "ota-signing", "next.pem")) };
            command = new[] { PublicKey(Path.Combine(folder, "command", "current.pem")), PublicKey(Path.Combine(folder, "command", "next.pem")) };
            time = PublicKey(Path.Combine(folder, "time", "current.pem"));
            factory = Certificate(Path.Combine(folder, "factory-root", "current.pem"));
            fleet = Certificate(Path.Combine(folder, "fleet-root", "current.pem"));
        }

        if (Log.HasLoggedErrors)
        {
            return false;
        }

        Write(Source(name, ota, command, time, factory, fleet));
        return true;
    }

    private string _manifest = "";

    /// <summary>environment.json, which says what the ceremony made; an error when it is another's, or forbids this build.</summary>
    private string Manifest(string folder, string name)
    {
        string file = Path.Combine(folder, "environment.json");
        if (!File.Exists(file))
        {
            Log.LogError("{0}: missing", file);
            return "";
        }

        string text = File.ReadAllText(file);
        if (!Regex.IsMatch(text, "\"environment\"\\s*:\\s*\"" + name + "\""))
        {
            Log.LogError("{0}: not of environment {1}", file, name);
        }

        bool isProduction = name == Production || name.StartsWith(Production + "-", StringComparison.Ordinal);
        if (isProduction && !Regex.IsMatch(text, "\"insecure\"\\s*:\\s*false\\b"))
        {
            Log.LogError("{0}: these keys are marked insecure; {1} is built from keys of a ceremony that kept them apart", file, name);
        }

        if (isProduction && Configuration != "Release")
        {
            Log.LogError("environment {0} is built as Release, not as {1}", name, Configuration);
        }

        return text;
    }

    private static bool IsName(string name)
    {
        foreach (char c in name)
        {
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            {
                return false;
            }
        }

        return name.Length <= 16;
    }

    private byte[] PublicKey(string file)
    {
        byte[] der = Pem(file, "PUBLIC KEY");
        if (der == null)
        {
            return new byte[0];
        }

        bool fits = der.Length == P256Prefix.Length + PointLength && der[P256Prefix.Length] == 4;
        for (int i = 0; fits && i < P256Prefix.Length; i++)
        {
            fits = der[i] == P256Prefix[i];
        }

        if (!fits || !IsOnCurve(der))
        {
            Log.LogError("{0}: not a P-256 public key with an uncompressed point", file);
            return new byte[0];
        }

        byte[] point = new byte[PointLength];
        Array.Copy(der, P256Prefix.Length, point, 0, PointLength);
        Report(file, der);
        return point;
    }

    private byte[] Certificate(string file)
    {
        byte[] der = Pem(file, "CERTIFICATE");
        if (der == null)
        {
            return new byte[0];
        }

        // One DER SEQUENCE (30 82 hh ll) that ends where the file ends; the firmware reads the rest strictly.
        if (der.Length < 5 || der[0] != 0x30 || der[1] != 0x82 || (der[2] << 8) + der[3] != der.Length - 4)
        {
            Log.LogError("{0}: not one X.509 certificate", file);
            return new byte[0];
        }

        Report(file, der);
        return der;
    }

    /// <summary>y^2 = x^3 - 3x + b, so that a typing error is found here and not on a thousand boards.</summary>
    private static bool IsOnCurve(byte[] der)
    {
        var b = Number("005AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B");
        string hex = BitConverter.ToString(der, P256Prefix.Length + 1).Replace("-", "");
        var x = Number("00" + hex.Substring(0, 64));
        var y = Number("00" + hex.Substring(64, 64));
        return x < P && y < P && ((y * y) - (x * x * x) + (3 * x) - b) % P == 0;
    }

    private static BigInteger Number(string hex)
    {
        return BigInteger.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>The one block of a PEM file with that label; null, with an error, when the file is anything else.</summary>
    private byte[] Pem(string file, string label)
    {
        if (!File.Exists(file))
        {
            Log.LogError("{0}: missing", file);
            return null;
        }

        string text = File.ReadAllText(file).Replace("\r\n", "\n").Trim('\n');
        string begin = "-----BEGIN " + label + "-----\n";
        string end = "\n-----END " + label + "-----";
        if (text.Length > begin.Length + end.Length && text.StartsWith(begin, StringComparison.Ordinal) && text.EndsWith(end, StringComparison.Ordinal))
        {
            try
            {
                return Convert.FromBase64String(text.Substring(begin.Length, text.Length - begin.Length - end.Length));
            }
            catch (FormatException)
            {
                // Reported below.
            }
        }

        Log.LogError("{0}: not one PEM block \"{1}\"", file, label);
        return null;
    }

    private void Report(string file, byte[] der)
    {
        using (SHA256 sha = SHA256.Create())
        {
            string role = Path.GetFileName(Path.GetDirectoryName(file)) + "/" + Path.GetFileName(file);
            string hex = BitConverter.ToString(sha.ComputeHash(der)).Replace("-", "").ToLowerInvariant();
            if (_manifest.Length != 0 && !Regex.IsMatch(_manifest, Regex.Escape("\"" + role + "\"") + "\\s*:\\s*\"sha256:" + hex + "\""))
            {
                Log.LogError("{0}: not the file of the ceremony; environment.json has another fingerprint", file);
            }

            Log.LogMessage(MessageImportance.High, "anchors:   {0} sha256:{1}", role, hex);
        }
    }

    private static string Source(string name, byte[][] ota, byte[][] command, byte[] time, byte[] factory, byte[] fleet)
    {
        StringBuilder source = new StringBuilder();
        source.Append("// Generated from the environment's public keys at build. Nothing else makes an anchor.\n");
        source.Append("namespace DeviceFirmware.Anchors\n{\n    /// <summary>The trust anchors of one environment.</summary>\n");
        source.Append("    public static class EnvironmentAnchors\n    {\n");
        source.Append("        /// <summary>Name of the environment this firmware was built for; empty: it trusts nobody.</summary>\n");
        source.Append("        public const string Environment = \"").Append(name).Append("\";\n\n");
        source.Append("        /// <summary>Seconds since 1970 at the beginning of the day of the build, UTC, or SOURCE_DATE_EPOCH; 0 without keys.</summary>\n");
        source.Append("        public const long BuildTime = ").Append(ota.Length == 0 ? 0 : BuildTime()).Append(";\n");
        Points(source, "OtaKeys", "OTA signing keys", ota);
        Points(source, "CommandKeys", "Command keys", command);
        Tables(source, ota);
        Method(source, "TimeKey", "The key that signs the time, a 65-byte uncompressed P-256 point", time);
        Method(source, "FactoryRoot", "The factory root certificate, DER", factory);
        Method(source, "FleetRoot", "The fleet root certificate, DER", fleet);
        return source.Append("    }\n}\n").ToString();
    }

    private static long BuildTime()
    {
        long given;
        long day = (long)(DateTime.UtcNow.Date - new DateTime(1970, 1, 1)).TotalSeconds;
        return long.TryParse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"), out given) && given >= 0 ? given : day;
    }

    private static void Points(StringBuilder source, string method, string meaning, byte[][] points)
    {
        source.Append("\n        /// <summary>").Append(meaning).Append(" as 65-byte uncompressed P-256 points, current first, then next; no entry when there are none.</summary>\n");
        source.Append("        public static byte[][] ").Append(method).Append("()\n        {\n            byte[][] keys = new byte[").Append(points.Length).Append("][];\n");
        for (int i = 0; i < points.Length; i++)
        {
            source.Append("            keys[").Append(i).Append("] = new byte[]\n");
            Bytes(source, points[i]);
        }

        source.Append("            return keys;\n        }\n");
    }

    private static void Tables(StringBuilder source, byte[][] ota)
    {
        source.Append("\n        /// <summary>The table of the OTA key with that index, as P256KeyTable describes it: a fresh copy.</summary>\n");
        source.Append("        public static long[] OtaTable(int index)\n        {\n");
        source.Append(ota.Length == 0 ? "            return new long[0];\n        }\n" : "            return index == 0 ? OtaTable0() : OtaTable1();\n        }\n");
        for (int key = 0; key < ota.Length; key++)
        {
            source.Append("\n        private static long[] OtaTable").Append(key).Append("()\n        {\n            return new long[]\n            {\n");
            long[] words = KeyTable(ota[key]);
            for (int i = 0; i < words.Length; i++)
            {
                source.Append(i % 8 == 0 ? "                " : " ").Append(words[i].ToString(CultureInfo.InvariantCulture)).Append(i % 8 == 7 || i == words.Length - 1 ? ",\n" : ",");
            }

            source.Append("            };\n        }\n");
        }
    }

    /// <summary>The words of P256KeyTable: see there, and firmware/DESIGN.md, "P-256".</summary>
    private static long[] KeyTable(byte[] point)
    {
        int[][] rows = { new[] { 0, 1, 2, 3, 4, 5 }, new[] { 15, 16, 17, 18, 19, 20 }, new[] { 6, 7, 8, 9, 10, 11 }, new[] { 12, 13, 14, 21, 22, 23 } };
        BigInteger[][] powers = new BigInteger[24][];
        BigInteger[] power = { Coordinate(point, 1), Coordinate(point, 33) };
        for (int row = 0; row < powers.Length; row++)
        {
            powers[row] = power;
            for (int i = 0; i < 11; i++)
            {
                power = Add(power, power);
            }
        }

        ulong sum = 0xCBF29CE484222325;
        foreach (byte b in point)
        {
            sum = unchecked((sum ^ b) * 0x100000001B3);
        }

        long[] words = new long[1025];
        for (int i = 0; i < 128; i++)
        {
            int[] of = rows[i / 32];
            BigInteger[] entry = powers[of[5]];
            for (int bit = 0; bit < 5; bit++)
            {
                BigInteger[] row = powers[of[bit]];
                entry = Add(entry, (i >> bit & 1) == 1 ? row : new[] { row[0], P - row[1] });
            }

            for (int word = 0; word < 8; word++)
            {
                ulong value = (ulong)(((entry[word / 4] << 261) % P) >> (64 * (word % 4)) & ulong.MaxValue);
                words[(8 * i) + word] = unchecked((long)value);
                sum = unchecked((sum ^ value) * 0x100000001B3);
            }
        }

        words[1024] = unchecked((long)sum);
        return words;
    }

    private static BigInteger Coordinate(byte[] bytes, int offset)
    {
        return Number("00" + BitConverter.ToString(bytes, offset, 32).Replace("-", ""));
    }

    /// <summary>The sum of two points that are not opposite: those of a table never are.</summary>
    private static BigInteger[] Add(BigInteger[] a, BigInteger[] b)
    {
        bool same = a[0] == b[0];
        BigInteger above = same ? (3 * a[0] * a[0]) - 3 : b[1] - a[1];
        BigInteger below = same ? 2 * a[1] : b[0] - a[0];
        BigInteger slope = above * BigInteger.ModPow(Mod(below), P - 2, P);
        BigInteger x = Mod((slope * slope) - a[0] - b[0]);
        return new[] { x, Mod((slope * (a[0] - x)) - a[1]) };
    }

    private static BigInteger Mod(BigInteger value)
    {
        BigInteger rest = value % P;
        return rest.Sign < 0 ? rest + P : rest;
    }

    private static void Method(StringBuilder source, string method, string meaning, byte[] data)
    {
        source.Append("\n        /// <summary>").Append(meaning).Append("; empty when there is none.</summary>\n");
        source.Append("        public static byte[] ").Append(method).Append("()\n        {\n");
        if (data.Length == 0)
        {
            source.Append("            return new byte[0];\n        }\n");
            return;
        }

        source.Append("            byte[] certificate = new byte[]\n");
        Bytes(source, data);
        source.Append("            return certificate;\n        }\n");
    }

    private static void Bytes(StringBuilder source, byte[] data)
    {
        source.Append("            {\n");
        for (int i = 0; i < data.Length; i++)
        {
            source.Append(i % BytesPerLine == 0 ? "                " : " ");
            source.Append("0x").Append(data[i].ToString("X2")).Append(',');
            if (i % BytesPerLine == BytesPerLine - 1 || i == data.Length - 1)
            {
                source.Append('\n');
            }
        }

        source.Append("            };\n");
    }

    private void Write(string source)
    {
        if (File.Exists(OutputFile) && File.ReadAllText(OutputFile) == source)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(OutputFile));
        File.WriteAllText(OutputFile, source, new UTF8Encoding(false));
    }
}
