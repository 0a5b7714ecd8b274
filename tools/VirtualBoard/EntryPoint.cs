using DeviceFirmware.NanoSim.Host;

namespace DeviceFirmware.VirtualBoard
{
    /// <summary>Puts the firmware, as it is, on a simulated board.</summary>
    public static class EntryPoint
    {
        /// <summary>The process.</summary>
        public static int Main(string[] args)
        {
            return PowerSupply.Run(args, Loader.Program.Main);
        }
    }
}
