using System.Text;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>
/// The board's own door, compiled from the same source, before an image: what pack and sign hand out has passed it, and verify asks it.
/// What is not said of the board is taken from the image, so that its own payload kind and core library line agree with it.
/// </summary>
public sealed record BoardDoor(IReadOnlyList<P256PublicKey> Keys, string BoardType, int MaximumSize, uint MinimumCounter = 0, byte? PayloadKind = null)
{
    /// <summary>The verified image, or the tool ends with the board's refusal.</summary>
    public VerifiedImage Demand(byte[] image)
    {
        ImageDump? dump = ImageDump.Read(image);
        byte kind = PayloadKind ?? dump?.ValueOf(ImageFormat.PayloadKindTlv).FirstOrDefault() ?? 0;
        string coreLibrary = Encoding.Latin1.GetString(dump?.ValueOf(ImageFormat.CoreLibraryTlv) ?? []);
        ImageVersion newestLoader = new(byte.MaxValue, byte.MaxValue, ushort.MaxValue, uint.MaxValue);
        ImageRules rules = new([.. Keys], BoardType, kind, MinimumCounter, newestLoader, coreLibrary, MaximumSize);

        ImageCheck check = VerifiedImage.Load(new OneImage(image), OneImage.Name, rules);
        if (check.Verdict != ImageVerdict.Accepted)
        {
            throw ToolFailure.Refused(check.Token, check.Reason);
        }

        // The CLR's part of the decision, which on a board comes at the load.
        bool whole = kind != (byte)Signer.PayloadKind.NanoAssemblies || check.Image.Modules.All(NanoAssembly.IsBodyWhole);
        return whole ? check.Image : throw ToolFailure.Refused("malformed-payload", "an assembly's content is not what its CRC says; no CLR loads it");
    }
}
