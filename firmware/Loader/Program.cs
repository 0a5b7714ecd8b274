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
        /// <summary>Milliseconds before the restart that follows a fault, so that a fault at start does not wear the flash.</summary>
        private const int FaultPause = 5000;

        /// <summary>Power-on.</summary>
        public static void Main()
        {
            var clock = new Esp32Clock();
            var board = new Esp32Board();
            try
            {
                var entropy = new Esp32Entropy();
                var anchors = new TrustAnchors(
                    EnvironmentAnchors.Environment, EnvironmentAnchors.OtaKeys(), EnvironmentAnchors.FactoryRoot(), EnvironmentAnchors.FleetRoot());
                var parts = new BoardParts(board, new Esp32Files(), entropy, clock, new Esp32Radio(entropy), new Esp32SerialLine(),
                    new Esp32TrustStore(), new Esp32BrokerLink(), new ApplicationRunner(clock, board), anchors);
                new BoardLife(parts).Run();
            }
            catch (Exception fault)
            {
                // Silent otherwise: the platform tells nobody about an exception that leaves Main.
                board.Log("fault " + fault.GetType().FullName + ": " + fault.Message);
                clock.Sleep(FaultPause);
            }

            board.Restart();
        }
    }
}
