using System.Reflection;
using DeviceFirmware.Contract;

[assembly: AssemblyVersion(ContractVersion.Line + ".0.0")]

namespace DeviceFirmware.Contract
{
    /// <summary>
    /// The version of this contract. The platform binds references on equal major.minor, so an application runs on a board of the same line
    /// and on no other: whoever changes a public member raises the minor, whoever takes one away the major. The test ContractRule holds the
    /// members of each line.
    /// </summary>
    public static class ContractVersion
    {
        /// <summary>major.minor.</summary>
        public const string Line = "1.0";
    }
}
