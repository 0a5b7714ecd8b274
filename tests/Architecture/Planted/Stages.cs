namespace Planted.Bytes
{
    internal sealed class Early
    {
        private readonly Slots.Late? _later = null;

        internal object? Whole => _later is null ? this : null;

        internal static object? Call() => Slots.Late.Make();
    }
}

namespace Planted.Slots
{
    internal sealed class Late
    {
        internal static Bytes.Early Before { get; } = new();

        internal static Late Make() => new();
    }
}

namespace Planted.Nowhere
{
    internal sealed class Stray;
}
