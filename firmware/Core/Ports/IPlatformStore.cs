namespace DeviceFirmware.Ports
{
    /// <summary>What the platform itself keeps of a board's identity and networks, outside of the firmware's own records.</summary>
    public interface IPlatformStore
    {
        /// <summary>Removes all of it: certificates, CA bundle, network configurations. Done again after a cut; what is not there is no error.</summary>
        void Forget();
    }
}
