namespace DeviceFirmware.Lab;

/// <summary>Something that must hold did not. The message names it.</summary>
public sealed class ExpectationFailedException(string message) : Exception(message);
