namespace DeviceFirmware.Lab;

/// <summary>What the user asked for.</summary>
/// <param name="Out">Directory for the reports.</param>
/// <param name="Cuts">How many power cuts.</param>
/// <param name="Keep">Keep the working directory.</param>
public sealed record LabOptions(DirectoryInfo Out, int Cuts, bool Keep);
