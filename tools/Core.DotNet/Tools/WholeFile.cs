using System;
using System.IO;

namespace DeviceFirmware.Tools
{
    /// <summary>Files that are there whole or not at all, and reads with a bound.</summary>
    public static class WholeFile
    {
        /// <summary>
        /// Writes beside the target, flushes to the disk, then renames over it. Without <paramref name="overwrite"/> an existing
        /// target is refused.
        /// </summary>
        public static void Write(string path, byte[] content, bool overwrite)
        {
            string target = Path.GetFullPath(path);
            if (!overwrite && File.Exists(target))
            {
                throw ToolFailure.Refused("exists", path + " exists already");
            }

            string temporary = target + "." + Guid.NewGuid().ToString("N") + ".tmp";
            try
            {
                using (FileStream stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
                {
                    stream.Write(content, 0, content.Length);
                    stream.Flush(true);
                }

                File.Move(temporary, target, overwrite);
            }
            finally
            {
                File.Delete(temporary);
            }
        }

        /// <summary>Reads a file of at most <paramref name="maximum"/> bytes; a missing or larger one is bad input.</summary>
        public static byte[] Read(string path, int maximum)
        {
            if (!File.Exists(path))
            {
                throw ToolFailure.BadInput("no such file: " + path);
            }

            using (FileStream stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read))
            {
                if (stream.Length > maximum)
                {
                    throw ToolFailure.BadInput(path + " has " + stream.Length + " bytes; at most " + maximum + " are read");
                }

                byte[] content = new byte[stream.Length];
                stream.ReadExactly(content, 0, content.Length);
                return content;
            }
        }
    }
}
