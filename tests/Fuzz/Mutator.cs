namespace DeviceFirmware.Fuzz;

/// <summary>Makes bad inputs from good ones: bytes changed without regard, and trees changed with their lengths kept right, or not.</summary>
public sealed class Mutator(Random random)
{
    private const int MaximumLength = 8 * 1024;

    private static readonly long[] _edges = [0, 1, 2, 3, 4, 7, 8, 15, 16, 23, 24, 31, 32, 63, 64, 127, 128, 129, 255, 256, 1023, 1024, 2047, 2048, 4095, 4096, 32767, 32768, 65535, 65536, int.MaxValue, uint.MaxValue];

    private static readonly string[] _words = ["{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e999", "-0", "\\u0000", "\\ud800", "${deviceId}", "*", "#", "+", "/", "[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":"];

    /// <summary>One bad input.</summary>
    /// <param name="input">The one to start from.</param>
    /// <param name="other">One to borrow from.</param>
    /// <param name="grammar">The shape, or null.</param>
    public byte[] Mutate(byte[] input, byte[] other, Grammar? grammar)
    {
        Node? root = grammar is not null && random.Next(2) == 0 ? grammar.Parse(input) : null;
        byte[] result = input;
        if (root is not null)
        {
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                Change(root, grammar!.Parse(other));
            }

            result = grammar!.Write(root);
        }
        else
        {
            for (int changes = random.Next(1, 5); changes > 0; changes--)
            {
                result = Change(result, other);
            }
        }

        return result.Length <= MaximumLength ? result : result[..MaximumLength];
    }

    private byte[] Change(byte[] data, byte[] other)
    {
        if (data.Length == 0)
        {
            return [(byte)random.Next(256)];
        }

        int at = random.Next(data.Length);
        int to = random.Next(at, Math.Min(data.Length, at + 64) + 1);
        switch (random.Next(11))
        {
            case 0:
                return Set(data, at, (byte)(data[at] ^ (1 << random.Next(8))));
            case 1:
                return Set(data, at, (byte)random.Next(256));
            case 2:
                return Number(data, at, _edges[random.Next(_edges.Length)]);
            case 3:
                // A length or a count that is a little wrong.
                return Number(data, at, (random.Next(2) == 0 ? data[at] : at + 1 < data.Length ? (data[at] | (data[at + 1] << 8)) : 0) + random.Next(-4, 5));
            case 4:
                return [.. data[..at], .. data[to..]];
            case 5:
                return [.. data[..to], .. data[at..]];
            case 6:
                return data[..at];
            case 7:
                byte[] tail = new byte[random.Next(1, 40)];
                random.NextBytes(tail);
                return [.. data, .. tail];
            case 8:
                int from = random.Next(other.Length + 1);
                return [.. data[..at], .. other[from..Math.Min(other.Length, from + random.Next(1, 200))], .. data[to..]];
            case 9:
                return [.. data[..at], .. System.Text.Encoding.ASCII.GetBytes(_words[random.Next(_words.Length)]), .. data[(random.Next(2) == 0 ? at : to)..]];
            default:
                byte[] noise = new byte[random.Next(256)];
                random.NextBytes(noise);
                return random.Next(8) == 0 ? noise : [.. data[..at], .. noise[..Math.Min(8, noise.Length)], .. data[at..]];
        }
    }

    private void Change(Node root, Node? other)
    {
        Node[] all = [.. root.All().Skip(1)];
        if (all.Length == 0)
        {
            return;
        }

        Node node = all[random.Next(all.Length)];
        Node parent = root.All().First(candidate => candidate.Children?.Contains(node) ?? false);
        int index = parent.Children!.IndexOf(node);
        switch (random.Next(9))
        {
            case 0:
                parent.Children.RemoveAt(index);
                break;
            case 1:
                parent.Children.Insert(index, node.Copy());
                break;
            case 2:
                int swapped = random.Next(parent.Children.Count);
                (parent.Children[index], parent.Children[swapped]) = (parent.Children[swapped], parent.Children[index]);
                break;
            case 3:
                node.LengthLie = (int)(random.Next(3) == 0 ? Math.Min(_edges[random.Next(_edges.Length)], 0xFFFFFF) : random.Next(-5, 6));
                break;
            case 4:
                node.Tag = random.Next(256);
                break;
            case 5:
                Node[] theirs = [.. other?.All().Skip(1) ?? []];
                parent.Children[index] = theirs.Length == 0 ? node : theirs[random.Next(theirs.Length)].Copy();
                break;
            case 6:
                Node inner = node;
                for (int depth = random.Next(1, 24); depth > 0; depth--)
                {
                    inner = new Node(parent.Tag < 0 ? node.Tag : parent.Tag, [], [inner.Copy()]);
                }

                parent.Children[index] = inner;
                break;
            default:
                node.Content = Change(node.Content, node.Content);
                break;
        }
    }

    private static byte[] Set(byte[] data, int at, byte value)
    {
        byte[] changed = [.. data];
        changed[at] = value;
        return changed;
    }

    /// <summary>Writes a number over 1, 2 or 4 bytes, in either order.</summary>
    private byte[] Number(byte[] data, int at, long value)
    {
        byte[] changed = [.. data];
        int size = 1 << random.Next(3);
        bool littleEndian = random.Next(2) == 0;
        for (int i = 0; i < size && at + i < changed.Length; i++)
        {
            changed[at + i] = (byte)(value >> (8 * (littleEndian ? i : size - 1 - i)));
        }

        return changed;
    }
}
