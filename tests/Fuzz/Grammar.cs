namespace DeviceFirmware.Fuzz;

/// <summary>A piece of a structured input: an item with children, or one with content.</summary>
public sealed class Node(int tag, byte[] content, List<Node>? children)
{
    /// <summary>DER: the tag; CBOR: the major type; images: the TLV type.</summary>
    public int Tag { get; set; } = tag;

    /// <summary>The content of an item without children.</summary>
    public byte[] Content { get; set; } = content;

    /// <summary>The children, or null.</summary>
    public List<Node>? Children { get; } = children;

    /// <summary>Added to the length that is written: 0, or a lie.</summary>
    public int LengthLie { get; set; }

    /// <summary>This node and all below it.</summary>
    public IEnumerable<Node> All() => Children is null ? [this] : [this, .. Children.SelectMany(child => child.All())];

    /// <summary>A copy that shares nothing.</summary>
    public Node Copy() => new(Tag, [.. Content], Children?.ConvertAll(child => child.Copy())) { LengthLie = LengthLie };
}

/// <summary>Takes inputs apart and puts them together again, with right lengths wherever no lie was ordered.</summary>
public abstract class Grammar
{
    /// <summary>The tree of an input; null when it is none.</summary>
    public Node? Parse(byte[] input)
    {
        try
        {
            int position = 0;
            List<Node> items = [];
            while (position < input.Length)
            {
                items.Add(Item(input, ref position, input.Length, 0));
            }

            return new Node(-1, [], items);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The bytes of a tree.</summary>
    public byte[] Write(Node root)
    {
        List<byte> output = [];
        foreach (Node item in root.Children!)
        {
            Write(item, output);
        }

        return [.. output];
    }

    /// <summary>Reads one item, or throws <see cref="FormatException"/>.</summary>
    protected abstract Node Item(byte[] input, ref int position, int end, int depth);

    /// <summary>Writes one item.</summary>
    protected abstract void Write(Node node, List<byte> output);
}

/// <summary>DER (X.690), definite lengths.</summary>
public sealed class DerGrammar : Grammar
{
    /// <inheritdoc/>
    protected override Node Item(byte[] input, ref int position, int end, int depth)
    {
        if (depth > 32 || end - position < 2)
        {
            throw new FormatException();
        }

        int tag = input[position++];
        int length = input[position++];
        if (length > 0x80)
        {
            int count = length & 0x7F;
            for (length = 0; count > 0 && position < end && length < 0x10000; count--)
            {
                length = (length << 8) | input[position++];
            }
        }

        if (length > end - position)
        {
            throw new FormatException();
        }

        int stop = position + length;
        if ((tag & 0x20) == 0)
        {
            byte[] content = input[position..stop];
            position = stop;
            return new Node(tag, content, null);
        }

        List<Node> children = [];
        while (position < stop)
        {
            children.Add(Item(input, ref position, stop, depth + 1));
        }

        return new Node(tag, [], children);
    }

    /// <inheritdoc/>
    protected override void Write(Node node, List<byte> output)
    {
        List<byte> body = [.. node.Content];
        foreach (Node child in node.Children ?? [])
        {
            Write(child, body);
        }

        int length = Math.Max(0, body.Count + node.LengthLie);
        output.Add((byte)node.Tag);
        if (length >= 0x80)
        {
            int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            output.Add((byte)(0x80 | bytes));
            for (int shift = 8 * (bytes - 1); shift > 0; shift -= 8)
            {
                output.Add((byte)(length >> shift));
            }
        }

        output.Add((byte)length);
        output.AddRange(body);
    }
}

/// <summary>CBOR (RFC 8949), definite lengths: integers and simple values keep their argument as content.</summary>
public sealed class CborGrammar : Grammar
{
    /// <inheritdoc/>
    protected override Node Item(byte[] input, ref int position, int end, int depth)
    {
        if (depth > 32 || position >= end)
        {
            throw new FormatException();
        }

        int major = input[position] >> 5;
        int info = input[position++] & 31;
        int extra = info < 24 ? 0 : info <= 27 ? 1 << (info - 24) : throw new FormatException();
        if (extra > end - position)
        {
            throw new FormatException();
        }

        ulong argument = extra == 0 ? (ulong)info : 0;
        for (int i = 0; i < extra; i++)
        {
            argument = (argument << 8) | input[position++];
        }

        if (major is 2 or 3)
        {
            int length = argument <= (ulong)(end - position) ? (int)argument : throw new FormatException();
            position += length;
            return new Node(major, input[(position - length)..position], null);
        }

        if (major is not (4 or 5))
        {
            return new Node(major, BitConverter.GetBytes(argument), null);
        }

        List<Node> children = [];
        ulong count = argument > 4096 ? throw new FormatException() : major == 5 ? 2 * argument : argument;
        for (ulong i = 0; i < count; i++)
        {
            children.Add(Item(input, ref position, end, depth + 1));
        }

        return new Node(major, [], children);
    }

    /// <inheritdoc/>
    protected override void Write(Node node, List<byte> output)
    {
        ulong argument = node.Children is not null ? (ulong)node.Children.Count / (node.Tag == 5 ? 2u : 1u)
            : node.Tag is 2 or 3 ? (ulong)node.Content.Length
            : BitConverter.ToUInt64([.. node.Content, .. new byte[8]]);
        argument = unchecked(argument + (ulong)(long)node.LengthLie);
        int major = (node.Tag & 7) << 5;
        int extra = argument < 24 ? 0 : argument <= 0xFF ? 1 : argument <= 0xFFFF ? 2 : argument <= 0xFFFFFFFF ? 4 : 8;
        output.Add((byte)(major | (extra == 0 ? (int)argument : 24 + int.Log2(extra))));
        for (int shift = 8 * (extra - 1); shift >= 0; shift -= 8)
        {
            output.Add((byte)(argument >> shift));
        }

        if (node.Children is null && node.Tag is 2 or 3)
        {
            output.AddRange(node.Content);
        }

        foreach (Node child in node.Children ?? [])
        {
            Write(child, output);
        }
    }
}
