namespace DeviceFirmware.Fuzz;

/// <summary>One reader of hostile bytes.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Seeds">Good inputs, made by the tests' builders.</param>
/// <param name="Grammar">The shape of the inputs where there is one; null for bytes without.</param>
/// <param name="Mend">Makes a broken input pass the outermost check (a checksum, a signature) so that what is behind it is reached; null where there is none.</param>
/// <param name="Run">Reads one input and says what came of it; throws <see cref="BrokenPromiseException"/> for an answer that is wrong.</param>
/// <param name="FixedBytes">What it may allocate whatever the input, in bytes.</param>
/// <param name="BytesPerByte">What it may allocate for each byte of the input besides.</param>
public sealed record Target(
    string Name, Func<byte[][]> Seeds, Grammar? Grammar, Func<byte[], byte[]>? Mend, Func<byte[], string> Run, int FixedBytes, int BytesPerByte)
{
    /// <summary>Bytes that one run over an input of that length may allocate.</summary>
    public long MaximumAllocation(int length) => FixedBytes + (long)BytesPerByte * length;
}

/// <summary>A reader gave an answer that it must not give.</summary>
public sealed class BrokenPromiseException(string message) : Exception(message);

/// <summary>An input that broke a promise.</summary>
/// <param name="Target">The reader.</param>
/// <param name="Input">The input.</param>
/// <param name="What">An exception with its place, or the bytes allocated.</param>
public sealed record Finding(string Target, byte[] Input, string What);
