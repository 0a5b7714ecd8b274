using System.Buffers.Binary;

namespace DeviceFirmware.Fuzz;

/// <summary>An MCUboot image as a tree: header, header padding with payload, and the TLV areas; sizes in the header and the areas follow their parts.</summary>
public sealed class ImageGrammar : Grammar
{
    private const int HeaderSize = 32;
    private const int Header = -2;
    private const int Body = -3;
    private const int ProtectedMagic = 0x6908;

    /// <inheritdoc/>
    protected override Node Item(byte[] input, ref int position, int end, int depth)
    {
        if (position > 0 || input.Length < HeaderSize)
        {
            throw new FormatException();
        }

        long areas = BinaryPrimitives.ReadUInt16LittleEndian(input.AsSpan(8)) + (long)BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(12));
        if (areas < HeaderSize || areas > input.Length)
        {
            throw new FormatException();
        }

        List<Node> parts = [new(Header, input[..HeaderSize], null), new(Body, input[HeaderSize..(int)areas], null)];
        position = (int)areas;
        while (position < input.Length)
        {
            parts.Add(Area(input, ref position));
        }

        return new Node(0, [], parts);
    }

    /// <inheritdoc/>
    protected override void Write(Node node, List<byte> output)
    {
        if (node.Children is null)
        {
            output.AddRange(node.Content);
            return;
        }

        byte[] header = [.. node.Children.FirstOrDefault(part => part.Tag == Header)?.Content ?? [], .. new byte[HeaderSize]];
        byte[] body = node.Children.FirstOrDefault(part => part.Tag == Body)?.Content ?? [];
        byte[][] areas = [.. node.Children.Where(part => part.Children is not null).Select(Area)];
        int protectedSize = node.Children.Where(part => part.Children is not null).Select((part, i) => part.Tag == ProtectedMagic ? areas[i].Length : 0).Sum();
        int payload = HeaderSize + body.Length - BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8)) + node.LengthLie;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), payload);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(10), (ushort)protectedSize);
        output.AddRange(header.AsSpan(0, HeaderSize));
        output.AddRange(body);
        foreach (byte[] area in areas)
        {
            output.AddRange(area);
        }
    }

    private static Node Area(byte[] input, ref int position)
    {
        int magic = Number(input, position);
        int end = position + Number(input, position + 2);
        List<Node> tlvs = [];
        for (position += 4; position < end;)
        {
            int length = Number(input, position + 2);
            if (length > input.Length - position - 4)
            {
                throw new FormatException();
            }

            tlvs.Add(new Node(Number(input, position), input[(position + 4)..(position + 4 + length)], null));
            position += 4 + length;
        }

        return new Node(magic, [], tlvs);
    }

    private static byte[] Area(Node area)
    {
        List<byte> tlvs = [];
        foreach (Node tlv in area.Children!)
        {
            tlvs.AddRange(Number(tlv.Tag));
            tlvs.AddRange(Number(tlv.Content.Length + tlv.LengthLie));
            tlvs.AddRange(tlv.Content);
        }

        return [.. Number(area.Tag), .. Number(4 + tlvs.Count + area.LengthLie), .. tlvs];
    }

    private static int Number(byte[] input, int position) =>
        position + 2 <= input.Length ? BinaryPrimitives.ReadUInt16LittleEndian(input.AsSpan(position)) : throw new FormatException();

    private static byte[] Number(int value) => [(byte)value, (byte)(value >> 8)];
}
