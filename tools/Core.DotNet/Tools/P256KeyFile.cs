using System;
using System.Security.Cryptography;
using System.Text;

namespace DeviceFirmware.Tools
{
    /// <summary>Reads the private keys of tools.</summary>
    public static class P256KeyFile
    {
        private const int MaximumLength = 4096;
        private const string P256Oid = "1.2.840.10045.3.1.7";

        /// <summary>
        /// The P-256 key in an unencrypted PEM file; anything else ends the tool with bad input. The text is zeroed before this returns; the
        /// caller disposes the key.
        /// </summary>
        public static ECDsa Read(string path)
        {
            byte[] content = WholeFile.Read(path, MaximumLength);
            char[] text = new char[content.Length];
            ECDsa key = ECDsa.Create();
            try
            {
                Encoding.Latin1.GetChars(content, 0, content.Length, text, 0);
                key.ImportFromPem(text);
                ECParameters parameters = key.ExportParameters(true);
                CryptographicOperations.ZeroMemory(parameters.D);
                if (parameters.Curve.Oid.Value == P256Oid)
                {
                    return key;
                }
            }
            catch (Exception problem) when (problem is ArgumentException || problem is CryptographicException)
            {
                // The parser's message could quote the file; the line below says what was expected instead.
            }
            finally
            {
                CryptographicOperations.ZeroMemory(content);
                Array.Clear(text, 0, text.Length);
            }

            key.Dispose();
            throw ToolFailure.BadInput(path + " is not an unencrypted P-256 private key in PEM");
        }
    }
}
