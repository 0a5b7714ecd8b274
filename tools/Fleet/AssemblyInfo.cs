using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DeviceFirmware.Bench")]
[assembly: InternalsVisibleTo("DeviceFirmware.Scenario")]
