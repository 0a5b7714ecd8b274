using DeviceFirmware.Ports;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// What the CLR keeps of a board's identity and networks: its configuration files on the same littlefs. They are named <c>con_</c>, the marker of
    /// the block, its number, <c>.sys</c>. (nf-interpreter, targets/ESP32/_common/targetHAL_ConfigStorageLittlefs.c.) The CLR has read them at the
    /// start and keeps them in memory until the next one.
    /// </summary>
    public sealed class Esp32PlatformStore : IPlatformStore
    {
        private readonly IFiles _files;

        /// <summary>The store in these files.</summary>
        public Esp32PlatformStore(IFiles files)
        {
            _files = files;
        }

        /// <inheritdoc/>
        /// <remarks>Device certificate, CA bundle, Wi-Fi station, access point, network interface.</remarks>
        public void Forget()
        {
            _files.Delete("con_XD1_0.sys");
            _files.Delete("con_XB1_0.sys");
            _files.Delete("con_WN1_0.sys");
            _files.Delete("con_AP1_0.sys");
            _files.Delete("con_CN1_0.sys");
        }
    }
}
