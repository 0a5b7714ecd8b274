namespace DeviceFirmware.Bench;

/// <summary>
/// Something that is measured. It prints its figures beside those of a peer in the same run, since figures of different machines cannot be
/// compared.
/// </summary>
public interface IBenchmark
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>Measures and prints. <paramref name="isShort"/>: only to see that it works, in seconds.</summary>
    Task Run(TextWriter output, bool isShort);
}
