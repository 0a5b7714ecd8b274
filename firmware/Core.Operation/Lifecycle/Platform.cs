using DeviceFirmware.Image;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>What this deployment is.</summary>
    public static class Platform
    {
        /// <summary>Version of the deployment: loader, Core, adapters.</summary>
        public const string FirmwareVersion = "0.1.0";

        /// <summary>CoreLibrary line: applications bind to its major.minor.</summary>
        public const string CoreLibrary = "1.17";

        /// <summary>Line of the contract with applications (ContractVersion): they bind to its major.minor too.</summary>
        public const string Contract = "1.0";

        /// <summary>No image below this security counter runs on this deployment, whatever the records say.</summary>
        public const uint MinimumSecurityCounter = 0;

        /// <summary>The deployment's version, comparable with an image's demand.</summary>
        public static ImageVersion LoaderVersion()
        {
            return new ImageVersion(0, 1, 0, 0);
        }
    }
}
