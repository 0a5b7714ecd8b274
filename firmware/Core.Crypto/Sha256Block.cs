namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// The compression function of SHA-256 (FIPS 180-4 §6.2.2), written for an interpreter on which every IL instruction costs the same and
    /// 64-bit arithmetic no more than 32-bit: what counts is how many there are.
    /// <para>
    /// A word stands twice in a ulong, in both halves, so that a rotation is one shift: its low half is right, its high half is rubbish. Sums
    /// and bitwise functions of such values have a right low half too. Only what is stored is made whole again: (uint)x * 2^32+1.
    /// </para>
    /// <para>
    /// Everything is in locals: eight working variables, whose roles move by one each round, and a ring of sixteen words of the message
    /// schedule. Sixteen rounds are written out and done four times, which takes a third of the code of sixty-four and some
    /// instructions more.
    /// </para>
    /// </summary>
    internal static class Sha256Block
    {
        /// <summary>
        /// FIPS 180-4 §4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes, two in a number, the earlier
        /// one in the low half. A new array each time: static ones are filled by static constructors, whose order is not ours.
        /// </summary>
        internal static ulong[] RoundConstants()
        {
            return new ulong[]
            {
                0x71374491428A2F98, 0xE9B5DBA5B5C0FBCF, 0x59F111F13956C25B, 0xAB1C5ED5923F82A4,
                0x12835B01D807AA98, 0x550C7DC3243185BE, 0x80DEB1FE72BE5D74, 0xC19BF1749BDC06A7,
                0xEFBE4786E49B69C1, 0x240CA1CC0FC19DC6, 0x4A7484AA2DE92C6F, 0x76F988DA5CB0A9DC,
                0xA831C66D983E5152, 0xBF597FC7B00327C8, 0xD5A79147C6E00BF3, 0x1429296706CA6351,
                0x2E1B213827B70A85, 0x53380D134D2C6DFC, 0x766A0ABB650A7354, 0x92722C8581C2C92E,
                0xA81A664BA2BFE8A1, 0xC76C51A3C24B8B70, 0xD6990624D192E819, 0x106AA070F40E3585,
                0x1E376C0819A4C116, 0x34B0BCB52748774C, 0x4ED8AA4A391C0CB3, 0x682E6FF35B9CCA4F,
                0x78A5636F748F82EE, 0x8CC7020884C87814, 0xA4506CEB90BEFFFA, 0xC67178F2BEF9A3F7,
            };
        }

        /// <summary>Takes one block into the hash value.</summary>
        /// <param name="state">The hash value, 8 words.</param>
        /// <param name="block">The block, 64 bytes.</param>
        /// <param name="constants">What <see cref="RoundConstants"/> returned.</param>
        internal static void Compress(uint[] state, byte[] block, ulong[] constants)
        {
            // Arguments and fields as locals: one instruction each, and constants of 64 bits take more room.
            byte[] m = block;
            ulong[] k = constants;
            ulong twice = 0x100000001;

            ulong w0 = (((ulong)(uint)((m[0] << 8) | m[1]) << 16) | (uint)((m[2] << 8) | m[3])) * twice;
            ulong w1 = (((ulong)(uint)((m[4] << 8) | m[5]) << 16) | (uint)((m[6] << 8) | m[7])) * twice;
            ulong w2 = (((ulong)(uint)((m[8] << 8) | m[9]) << 16) | (uint)((m[10] << 8) | m[11])) * twice;
            ulong w3 = (((ulong)(uint)((m[12] << 8) | m[13]) << 16) | (uint)((m[14] << 8) | m[15])) * twice;
            ulong w4 = (((ulong)(uint)((m[16] << 8) | m[17]) << 16) | (uint)((m[18] << 8) | m[19])) * twice;
            ulong w5 = (((ulong)(uint)((m[20] << 8) | m[21]) << 16) | (uint)((m[22] << 8) | m[23])) * twice;
            ulong w6 = (((ulong)(uint)((m[24] << 8) | m[25]) << 16) | (uint)((m[26] << 8) | m[27])) * twice;
            ulong w7 = (((ulong)(uint)((m[28] << 8) | m[29]) << 16) | (uint)((m[30] << 8) | m[31])) * twice;
            ulong w8 = (((ulong)(uint)((m[32] << 8) | m[33]) << 16) | (uint)((m[34] << 8) | m[35])) * twice;
            ulong w9 = (((ulong)(uint)((m[36] << 8) | m[37]) << 16) | (uint)((m[38] << 8) | m[39])) * twice;
            ulong w10 = (((ulong)(uint)((m[40] << 8) | m[41]) << 16) | (uint)((m[42] << 8) | m[43])) * twice;
            ulong w11 = (((ulong)(uint)((m[44] << 8) | m[45]) << 16) | (uint)((m[46] << 8) | m[47])) * twice;
            ulong w12 = (((ulong)(uint)((m[48] << 8) | m[49]) << 16) | (uint)((m[50] << 8) | m[51])) * twice;
            ulong w13 = (((ulong)(uint)((m[52] << 8) | m[53]) << 16) | (uint)((m[54] << 8) | m[55])) * twice;
            ulong w14 = (((ulong)(uint)((m[56] << 8) | m[57]) << 16) | (uint)((m[58] << 8) | m[59])) * twice;
            ulong w15 = (((ulong)(uint)((m[60] << 8) | m[61]) << 16) | (uint)((m[62] << 8) | m[63])) * twice;

            ulong a = state[0] * twice;
            ulong b = state[1] * twice;
            ulong c = state[2] * twice;
            ulong d = state[3] * twice;
            ulong e = state[4] * twice;
            ulong f = state[5] * twice;
            ulong g = state[6] * twice;
            ulong h = state[7] * twice;
            ulong kk;
            ulong t1;

            // The index of the pair of constants; eight pairs each time.
            for (int i = 0; ; i += 8)
            {
                kk = k[i];
                t1 = h + ((e >> 6) ^ (e >> 11) ^ (e >> 25)) + (g ^ (e & (f ^ g))) + kk + w0;
                d = (uint)(d + t1) * twice;
                h = (uint)(t1 + ((a >> 2) ^ (a >> 13) ^ (a >> 22)) + ((a & b) | (c & (a | b)))) * twice;
                t1 = g + ((d >> 6) ^ (d >> 11) ^ (d >> 25)) + (f ^ (d & (e ^ f))) + (kk >> 32) + w1;
                c = (uint)(c + t1) * twice;
                g = (uint)(t1 + ((h >> 2) ^ (h >> 13) ^ (h >> 22)) + ((h & a) | (b & (h | a)))) * twice;
                kk = k[i + 1];
                t1 = f + ((c >> 6) ^ (c >> 11) ^ (c >> 25)) + (e ^ (c & (d ^ e))) + kk + w2;
                b = (uint)(b + t1) * twice;
                f = (uint)(t1 + ((g >> 2) ^ (g >> 13) ^ (g >> 22)) + ((g & h) | (a & (g | h)))) * twice;
                t1 = e + ((b >> 6) ^ (b >> 11) ^ (b >> 25)) + (d ^ (b & (c ^ d))) + (kk >> 32) + w3;
                a = (uint)(a + t1) * twice;
                e = (uint)(t1 + ((f >> 2) ^ (f >> 13) ^ (f >> 22)) + ((f & g) | (h & (f | g)))) * twice;
                kk = k[i + 2];
                t1 = d + ((a >> 6) ^ (a >> 11) ^ (a >> 25)) + (c ^ (a & (b ^ c))) + kk + w4;
                h = (uint)(h + t1) * twice;
                d = (uint)(t1 + ((e >> 2) ^ (e >> 13) ^ (e >> 22)) + ((e & f) | (g & (e | f)))) * twice;
                t1 = c + ((h >> 6) ^ (h >> 11) ^ (h >> 25)) + (b ^ (h & (a ^ b))) + (kk >> 32) + w5;
                g = (uint)(g + t1) * twice;
                c = (uint)(t1 + ((d >> 2) ^ (d >> 13) ^ (d >> 22)) + ((d & e) | (f & (d | e)))) * twice;
                kk = k[i + 3];
                t1 = b + ((g >> 6) ^ (g >> 11) ^ (g >> 25)) + (a ^ (g & (h ^ a))) + kk + w6;
                f = (uint)(f + t1) * twice;
                b = (uint)(t1 + ((c >> 2) ^ (c >> 13) ^ (c >> 22)) + ((c & d) | (e & (c | d)))) * twice;
                t1 = a + ((f >> 6) ^ (f >> 11) ^ (f >> 25)) + (h ^ (f & (g ^ h))) + (kk >> 32) + w7;
                e = (uint)(e + t1) * twice;
                a = (uint)(t1 + ((b >> 2) ^ (b >> 13) ^ (b >> 22)) + ((b & c) | (d & (b | c)))) * twice;
                kk = k[i + 4];
                t1 = h + ((e >> 6) ^ (e >> 11) ^ (e >> 25)) + (g ^ (e & (f ^ g))) + kk + w8;
                d = (uint)(d + t1) * twice;
                h = (uint)(t1 + ((a >> 2) ^ (a >> 13) ^ (a >> 22)) + ((a & b) | (c & (a | b)))) * twice;
                t1 = g + ((d >> 6) ^ (d >> 11) ^ (d >> 25)) + (f ^ (d & (e ^ f))) + (kk >> 32) + w9;
                c = (uint)(c + t1) * twice;
                g = (uint)(t1 + ((h >> 2) ^ (h >> 13) ^ (h >> 22)) + ((h & a) | (b & (h | a)))) * twice;
                kk = k[i + 5];
                t1 = f + ((c >> 6) ^ (c >> 11) ^ (c >> 25)) + (e ^ (c & (d ^ e))) + kk + w10;
                b = (uint)(b + t1) * twice;
                f = (uint)(t1 + ((g >> 2) ^ (g >> 13) ^ (g >> 22)) + ((g & h) | (a & (g | h)))) * twice;
                t1 = e + ((b >> 6) ^ (b >> 11) ^ (b >> 25)) + (d ^ (b & (c ^ d))) + (kk >> 32) + w11;
                a = (uint)(a + t1) * twice;
                e = (uint)(t1 + ((f >> 2) ^ (f >> 13) ^ (f >> 22)) + ((f & g) | (h & (f | g)))) * twice;
                kk = k[i + 6];
                t1 = d + ((a >> 6) ^ (a >> 11) ^ (a >> 25)) + (c ^ (a & (b ^ c))) + kk + w12;
                h = (uint)(h + t1) * twice;
                d = (uint)(t1 + ((e >> 2) ^ (e >> 13) ^ (e >> 22)) + ((e & f) | (g & (e | f)))) * twice;
                t1 = c + ((h >> 6) ^ (h >> 11) ^ (h >> 25)) + (b ^ (h & (a ^ b))) + (kk >> 32) + w13;
                g = (uint)(g + t1) * twice;
                c = (uint)(t1 + ((d >> 2) ^ (d >> 13) ^ (d >> 22)) + ((d & e) | (f & (d | e)))) * twice;
                kk = k[i + 7];
                t1 = b + ((g >> 6) ^ (g >> 11) ^ (g >> 25)) + (a ^ (g & (h ^ a))) + kk + w14;
                f = (uint)(f + t1) * twice;
                b = (uint)(t1 + ((c >> 2) ^ (c >> 13) ^ (c >> 22)) + ((c & d) | (e & (c | d)))) * twice;
                t1 = a + ((f >> 6) ^ (f >> 11) ^ (f >> 25)) + (h ^ (f & (g ^ h))) + (kk >> 32) + w15;
                e = (uint)(e + t1) * twice;
                a = (uint)(t1 + ((b >> 2) ^ (b >> 13) ^ (b >> 22)) + ((b & c) | (d & (b | c)))) * twice;

                if (i == 24)
                {
                    break;
                }

                w0 = (uint)(((w14 >> 17) ^ (w14 >> 19) ^ (w14 >> 42)) + w9 + ((w1 >> 7) ^ (w1 >> 18) ^ (w1 >> 35)) + w0) * twice;
                w1 = (uint)(((w15 >> 17) ^ (w15 >> 19) ^ (w15 >> 42)) + w10 + ((w2 >> 7) ^ (w2 >> 18) ^ (w2 >> 35)) + w1) * twice;
                w2 = (uint)(((w0 >> 17) ^ (w0 >> 19) ^ (w0 >> 42)) + w11 + ((w3 >> 7) ^ (w3 >> 18) ^ (w3 >> 35)) + w2) * twice;
                w3 = (uint)(((w1 >> 17) ^ (w1 >> 19) ^ (w1 >> 42)) + w12 + ((w4 >> 7) ^ (w4 >> 18) ^ (w4 >> 35)) + w3) * twice;
                w4 = (uint)(((w2 >> 17) ^ (w2 >> 19) ^ (w2 >> 42)) + w13 + ((w5 >> 7) ^ (w5 >> 18) ^ (w5 >> 35)) + w4) * twice;
                w5 = (uint)(((w3 >> 17) ^ (w3 >> 19) ^ (w3 >> 42)) + w14 + ((w6 >> 7) ^ (w6 >> 18) ^ (w6 >> 35)) + w5) * twice;
                w6 = (uint)(((w4 >> 17) ^ (w4 >> 19) ^ (w4 >> 42)) + w15 + ((w7 >> 7) ^ (w7 >> 18) ^ (w7 >> 35)) + w6) * twice;
                w7 = (uint)(((w5 >> 17) ^ (w5 >> 19) ^ (w5 >> 42)) + w0 + ((w8 >> 7) ^ (w8 >> 18) ^ (w8 >> 35)) + w7) * twice;
                w8 = (uint)(((w6 >> 17) ^ (w6 >> 19) ^ (w6 >> 42)) + w1 + ((w9 >> 7) ^ (w9 >> 18) ^ (w9 >> 35)) + w8) * twice;
                w9 = (uint)(((w7 >> 17) ^ (w7 >> 19) ^ (w7 >> 42)) + w2 + ((w10 >> 7) ^ (w10 >> 18) ^ (w10 >> 35)) + w9) * twice;
                w10 = (uint)(((w8 >> 17) ^ (w8 >> 19) ^ (w8 >> 42)) + w3 + ((w11 >> 7) ^ (w11 >> 18) ^ (w11 >> 35)) + w10) * twice;
                w11 = (uint)(((w9 >> 17) ^ (w9 >> 19) ^ (w9 >> 42)) + w4 + ((w12 >> 7) ^ (w12 >> 18) ^ (w12 >> 35)) + w11) * twice;
                w12 = (uint)(((w10 >> 17) ^ (w10 >> 19) ^ (w10 >> 42)) + w5 + ((w13 >> 7) ^ (w13 >> 18) ^ (w13 >> 35)) + w12) * twice;
                w13 = (uint)(((w11 >> 17) ^ (w11 >> 19) ^ (w11 >> 42)) + w6 + ((w14 >> 7) ^ (w14 >> 18) ^ (w14 >> 35)) + w13) * twice;
                w14 = (uint)(((w12 >> 17) ^ (w12 >> 19) ^ (w12 >> 42)) + w7 + ((w15 >> 7) ^ (w15 >> 18) ^ (w15 >> 35)) + w14) * twice;
                w15 = (uint)(((w13 >> 17) ^ (w13 >> 19) ^ (w13 >> 42)) + w8 + ((w0 >> 7) ^ (w0 >> 18) ^ (w0 >> 35)) + w15) * twice;
            }

            state[0] = state[0] + (uint)a;
            state[1] = state[1] + (uint)b;
            state[2] = state[2] + (uint)c;
            state[3] = state[3] + (uint)d;
            state[4] = state[4] + (uint)e;
            state[5] = state[5] + (uint)f;
            state[6] = state[6] + (uint)g;
            state[7] = state[7] + (uint)h;
        }
    }
}
