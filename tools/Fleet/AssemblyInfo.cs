using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DeviceFirmware.Scenario")]
