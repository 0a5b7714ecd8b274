using System;

namespace DeviceFirmware.Tools
{
    /// <summary>
    /// Ends a tool with an exit code and one line for the person who called it. Thrown by the command layer only: what judges
    /// hostile bytes returns a verdict, and the command turns the verdict into this.
    /// </summary>
    public sealed class ToolFailure : Exception
    {
        /// <summary>Exit code of something refused by a rule.</summary>
        public const int RefusedCode = 1;

        /// <summary>Exit code of a wrong command line or unusable input.</summary>
        public const int BadInputCode = 2;

        /// <summary>Exit code of a failure that nobody foresaw.</summary>
        public const int UnexpectedCode = 3;

        private ToolFailure(int exitCode, string line)
            : base(line)
        {
            ExitCode = exitCode;
        }

        /// <summary>What the process returns.</summary>
        public int ExitCode { get; }

        /// <summary>A rule refused: <c>refused: token: text</c>, exit 1.</summary>
        public static ToolFailure Refused(string token, string text)
        {
            return new ToolFailure(RefusedCode, OneLine("refused: " + token + ": " + text));
        }

        /// <summary>Somebody else refused; the whole line is the caller's, exit 1.</summary>
        public static ToolFailure RefusedElsewhere(string line)
        {
            return new ToolFailure(RefusedCode, OneLine(line));
        }

        /// <summary>Wrong command line or unusable input: <c>error: text</c>, exit 2.</summary>
        public static ToolFailure BadInput(string text)
        {
            return new ToolFailure(BadInputCode, OneLine("error: " + text));
        }

        /// <summary>The text with every control character replaced, so that hostile bytes cannot draw on a terminal.</summary>
        public static string OneLine(string text)
        {
            char[] characters = text.ToCharArray();
            for (int i = 0; i < characters.Length; i++)
            {
                if (char.IsControl(characters[i]))
                {
                    characters[i] = ' ';
                }
            }

            return new string(characters);
        }
    }
}
