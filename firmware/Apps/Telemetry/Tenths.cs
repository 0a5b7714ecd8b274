namespace DeviceFirmware.App
{
    /// <summary>Numbers with one decimal, without floating point.</summary>
    internal static class Tenths
    {
        internal static string ToText(int tenths)
        {
            int whole = tenths / 10;
            int rest = tenths - whole * 10;
            return whole.ToString() + "." + rest.ToString();
        }
    }
}
