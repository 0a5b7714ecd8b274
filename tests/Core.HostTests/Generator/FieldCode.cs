using System.Globalization;
using System.Text;

namespace DeviceFirmware.HostTests.Generator;

/// <summary>
/// Writes arithmetic modulo p as nano C#, and proves its bounds while it writes. A number is nine limbs of 29 bits in locals name0 to name8; its value may lie anywhere in
/// [Low·p, High·p], and each limb in [-Limb, Limb]. One reduction takes a sum of products and gives a number whose limbs 0 to 7 are in [0, 2^29).
/// A column that could reach 2^63 ends the generation.
/// </summary>
internal sealed class FieldCode(int indent = 12)
{
    internal const int Limbs = 9;
    internal const int LimbBits = 29;

    private static readonly double Radix = Math.Pow(2, LimbBits);
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, Bounds> _bounds = [];
    private int _indent = indent;

    internal sealed record Bounds(double Limb, double Low, double High)
    {
        internal double Size => Math.Max(Math.Abs(Low), Math.Abs(High));
    }

    /// <summary>Count·A·B. Column is a bound of its columns that is better than the one the limbs give. Of a square A is B, and Doubled has the doubles of A's limbs.</summary>
    internal sealed record Product(string A, string B, int Count = 1, bool Negative = false, double Column = 0)
    {
        internal string Doubled { get; init; } = "";
    }

    /// <summary>Count·A, added to the result.</summary>
    internal sealed record Addend(string A, int Shift = 0, bool Negative = true);

    internal string Text => _text.ToString();

    internal Bounds this[string name] => _bounds[name];

    internal int Reductions { get; private set; }

    /// <summary>A number whose bounds are known from elsewhere.</summary>
    internal void Assume(string name, double low, double high, double limb = 1) => _bounds[name] = new(limb * Radix, low, high);

    /// <summary>Ends the generation unless the number lies within these multiples of p.</summary>
    internal void Require(string name, double low, double high)
    {
        Bounds bounds = _bounds[name];
        Check(bounds.Low >= low && bounds.High <= high && bounds.Limb <= Radix, $"{name} in [{bounds.Low:F2} p, {bounds.High:F2} p]");
    }

    internal void Line(string line)
    {
        _indent -= line == "}" ? 4 : 0;
        _text.Append(' ', line.Length == 0 ? 0 : _indent).Append(line).Append('\n');
        _indent += line == "{" ? 4 : 0;
    }

    /// <summary>Declares the numbers as locals.</summary>
    internal void Declare(params string[] names)
    {
        foreach (string name in names)
        {
            Declare(name, 0);
        }
    }

    /// <summary>Declares a number as locals, from a limb on.</summary>
    internal void Declare(string name, int first) => Line("long " + string.Join(", ", Enumerable.Range(first, Limbs - first).Select(i => $"{name}{i}")) + ";");

    /// <summary>Reads a number of an array, which holds it at an offset.</summary>
    internal void Load(string name, string array, double low, double high, int offset = 0)
    {
        Each(i => $"{name}{i} = {array}[{i + offset}];");
        Assume(name, low, high);
    }

    internal void Store(string name, string array, int offset = 0) => Each(i => $"{array}[{i + offset}] = {name}{i};");

    /// <summary>From limb 1 on when the double is for a square only, which never takes that of limb 0.</summary>
    internal void Double(string result, string a, int first = 0) => Linear(result, 2, i => $"{a}{i} << 1", _bounds[a], null, 0, first);

    internal void Subtract(string result, string a, string b) => Linear(result, 1, i => $"{a}{i} - {b}{i}", _bounds[a], _bounds[b], -1);

    internal void TripleSum(string result, string a, string b) => Linear(result, 3, i => $"({a}{i} + {b}{i}) * three", _bounds[a], _bounds[b], 1);

    internal void Negate(string name)
    {
        Each(i => $"{name}{i} = 0L - {name}{i};");
        _bounds[name] = new(_bounds[name].Limb, -_bounds[name].High, -_bounds[name].Low);
    }

    /// <summary>result = (sum of products)/2^261 + addends, modulo p. The result may be an operand: limb k - 9 is written when columns from k on no longer read it.</summary>
    internal void Reduce(string result, Product[] products, params Addend[] addends) => ReduceTo(result, i => result + i, products, addends);

    /// <summary>The same, with limb i of the result stored elsewhere than in a local.</summary>
    internal void ReduceTo(string result, Func<int, string> limb, Product[] products, params Addend[] addends)
    {
        Reductions++;
        double column = products.Sum(p => p.Column != 0 ? p.Column : Limbs * p.Count * Limb(p.A) * Limb(p.B)) + (Math.Pow(2, 36) + Math.Pow(2, 54));
        column += addends.Sum(a => _bounds[a.A].Limb * (1 << a.Shift));
        Check(column < Math.Pow(2, 63), $"{result}: a column of 2^{Math.Log2(column):F2}");
        for (int k = 0; k < (2 * Limbs) - 1; k++)
        {
            List<string> terms = k == 0 ? [] : [$"(t >> {LimbBits})"];
            terms.AddRange(products.SelectMany(product => Column(product, k)));
            foreach ((int distance, int shift, string sign) in new[] { (3, 9, "+"), (6, 18, "+"), (8, 24, "+"), (7, 21, "-") })
            {
                if (k - distance is >= 0 and < Limbs)
                {
                    terms.Add($"{sign} (q{k - distance} << {shift})");
                }
            }

            int place = k - Limbs;
            terms.AddRange(addends.Where(_ => place >= 0).Select(a => (a.Negative ? "- " : "+ ") + (a.Shift == 0 ? $"{a.A}{place}" : $"({a.A}{place} << {a.Shift})")));
            Line($"{(place < 0 ? "q" + k : limb(place))} = (t = {Sum(terms)}) & m;");
        }

        Line($"{limb(8)} = (t >> {LimbBits}){string.Concat(addends.Select(a => (a.Negative ? " - " : " + ") + (a.Shift == 0 ? $"{a.A}8" : $"({a.A}8 << {a.Shift})")))};");
        double low = 0;
        double high = 1;
        foreach (Product product in products)
        {
            double size = product.Count * _bounds[product.A].Size * _bounds[product.B].Size / 32;
            bool square = product.A == product.B;
            low -= square && !product.Negative ? 0 : size;
            high += square && product.Negative ? 0 : size;
        }

        foreach (Addend addend in addends)
        {
            Bounds bounds = _bounds[addend.A];
            (double least, double most) = addend.Negative ? (-bounds.High, -bounds.Low) : (bounds.Low, bounds.High);
            low += least * (1 << addend.Shift);
            high += most * (1 << addend.Shift);
        }

        Set(result, Radix, low, high);
    }

    // Limb 8 of a number in [Low·p, High·p] whose other limbs are l at most: the number divided by 2^232, and what the other limbs carry.
    private void Set(string name, double limb, double low, double high)
    {
        _bounds[name] = new(limb, low, high);
        Check((_bounds[name].Size * Math.Pow(2, 24)) + 16 < limb, $"{name}: limb 8");
    }

    private void Linear(string result, int count, Func<int, string> text, Bounds a, Bounds? b, int sign, int first = 0)
    {
        Line(string.Join(" ", Enumerable.Range(first, Limbs - first).Select(i => $"{result}{i} = {text(i)};")));
        double limb = count * (b is null || sign < 0 ? Math.Max(a.Limb, b?.Limb ?? 0) : a.Limb + b.Limb);
        double low = count * (a.Low + (b is null ? 0 : sign < 0 ? -b.High : b.Low));
        double high = count * (a.High + (b is null ? 0 : sign < 0 ? -b.Low : b.High));
        Set(result, limb, low, high);
    }

    private static IEnumerable<string> Column(Product product, int k)
    {
        string sign = product.Negative ? "- " : "+ ";
        for (int i = Math.Max(0, k - Limbs + 1); i <= Math.Min(k, Limbs - 1); i++)
        {
            int j = k - i;
            if (product.A != product.B)
            {
                yield return $"{sign}{product.A}{i} * {product.B}{j}";
            }
            else if (i <= j)
            {
                // Twice a mixed product, once a square; for Count 2 both twice that.
                string a = product.Count == 2 ? product.Doubled : product.A;
                string b = i < j ? product.Doubled : product.A;
                yield return $"{sign}{a}{i} * {b}{j}";
            }
        }
    }

    private static string Sum(List<string> terms)
    {
        // The first term starts from a stored long; a sum never starts with a minus.
        string sum = string.Join(" ", terms.Select((term, i) => i > 0 && term[0] is not ('+' or '-') ? "+ " + term : term));
        return sum.StartsWith("+ ", StringComparison.Ordinal) ? sum[2..] : sum;
    }

    private double Limb(string name) => _bounds[name].Limb;

    private void Each(Func<int, string> text) => Line(string.Join(" ", Enumerable.Range(0, Limbs).Select(text)));

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The bounds do not hold: {what}"));
        }
    }
}
