using System;
using DeviceFirmware.Anchors;
using DeviceFirmware.Esp32;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Loader
{
    /// <summary>The deployment's entry: wires the board's adapters to Core and lives one life after another.</summary>
    public static class Program
    {
        /// <summary>Milliseconds before the restart that follows a fault.</summary>
        private const int FaultPause = 5000;

        /// <summary>
        /// The same for a fault within that time of the start, which may come at every start: each start writes flash, 144 a day do not wear it.
        /// </summary>
        private const int EarlyFaultPause = 600000;

        /// <summary>Power-on.</summary>
        public static void Main()
        {
            var clock = new Esp32Clock();
            var board = new Esp32Board();
            if (!BoardSettings.IsBuiltForThisBoard())
            {
                // Pins and slot size may be wrong; trust is not touched: images are judged by the CLR's own target name.
                board.Log("built for " + BoardTarget.Name + ", not for this board: " + board.BoardType);
            }

            try
            {
                var files = new Esp32Files();
                var radio = new Esp32Radio();
                var serial = new Esp32SerialLine(BoardTarget.SerialPortName, BoardTarget.TransmitPin, BoardTarget.ReceivePin);
                var roots = new TrustAnchors(
                    EnvironmentAnchors.Environment, EnvironmentAnchors.OtaKeys(), EmbeddedKeyTable.OfOtaKeys(), EnvironmentAnchors.FactoryRoot(), EnvironmentAnchors.FleetRoot());
                var anchors = new TrustAnchors(roots, EnvironmentAnchors.CommandKeys(), EnvironmentAnchors.TimeKey(), EnvironmentAnchors.BuildTime);
                var parts = new BoardParts(board, files, new Esp32Entropy(radio), new Esp32Sealer(), clock, radio, serial,
                    new Esp32TrustStore(files), new Esp32BrokerLink(board), new ApplicationRunner(clock, board), anchors);
                parts.PlatformStore = new Esp32PlatformStore(files);
                parts.Portal = new Esp32SetupPortal(BoardTarget.ButtonPin);
                parts.RefusesDebugger = BoardTarget.RefusesDebugger;
                parts.HasFlashEncryption = BoardTarget.ClaimsFlashEncryption;
                new BoardLife(parts).Run();
            }
            catch (Exception fault)
            {
                // Silent otherwise: the platform tells nobody about an exception that leaves Main.
                board.Log("fault " + fault.GetType().FullName + ": " + fault.Message);
                clock.Sleep(clock.Uptime() < EarlyFaultPause ? EarlyFaultPause : FaultPause);
            }

            board.Restart();
        }
    }
}
