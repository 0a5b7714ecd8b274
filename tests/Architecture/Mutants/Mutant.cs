namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>One check taken out of the firmware or of a tool.</summary>
/// <param name="Id">A name for it.</param>
/// <param name="File">The source, below <c>firmware/</c> or <c>tools/</c>.</param>
/// <param name="Find">The text that stands there exactly once.</param>
/// <param name="Replacement">What stands there instead.</param>
/// <param name="Test">The test that has to fail: <c>Stage.Class.Method</c> of tests/Core.Tests or tests/Scenario, or <c>Stage.Class</c> for any of its tests.</param>
internal sealed record Mutant(string Id, string File, string Find, string Replacement, string Test);
