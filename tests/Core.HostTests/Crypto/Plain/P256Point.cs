namespace DeviceFirmware.HostTests.Crypto.Plain
{
    /// <summary>
    /// A point in projective coordinates: (X : Y : Z) stands for (X/Z, Y/Z), and Z = 0 for the point at infinity. Coordinates are in
    /// Montgomery form.
    /// </summary>
    internal sealed class P256Point
    {
        internal readonly uint[] X = new uint[Limbs.Count];
        internal readonly uint[] Y = new uint[Limbs.Count];
        internal readonly uint[] Z = new uint[Limbs.Count];

        internal bool IsInfinity
        {
            get { return Limbs.IsZero(Z); }
        }

        /// <summary>result = mask ? whenSet : whenClear. The result may be one of the operands.</summary>
        internal static void Select(P256Point result, uint mask, P256Point whenSet, P256Point whenClear)
        {
            Limbs.Select(result.X, mask, whenSet.X, whenClear.X);
            Limbs.Select(result.Y, mask, whenSet.Y, whenClear.Y);
            Limbs.Select(result.Z, mask, whenSet.Z, whenClear.Z);
        }

        internal void Clear()
        {
            Limbs.Clear(X);
            Limbs.Clear(Y);
            Limbs.Clear(Z);
        }
    }
}
