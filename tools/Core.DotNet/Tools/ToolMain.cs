using System;
using System.Collections.Generic;
using System.IO;

namespace DeviceFirmware.Tools
{
    /// <summary>The frame around every tool: failures become one line on the error stream and an exit code, never a stack trace.</summary>
    public static class ToolMain
    {
        /// <summary>
        /// Runs <paramref name="body"/>, unless the command line has problems; its result, or the code of the failure that ended it.
        /// </summary>
        public static int Run(IEnumerable<string> problems, Func<int> body, TextWriter error)
        {
            bool isUsable = true;
            foreach (string problem in problems)
            {
                error.WriteLine(ToolFailure.OneLine("error: " + problem));
                isUsable = false;
            }

            return isUsable ? Run(body, error) : ToolFailure.BadInputCode;
        }

        /// <summary>Runs <paramref name="body"/>; its result, or the code of the failure that ended it.</summary>
        public static int Run(Func<int> body, TextWriter error)
        {
            try
            {
                return body();
            }
            catch (ToolFailure failure)
            {
                error.WriteLine(failure.Message);
                return failure.ExitCode;
            }
            catch (Exception failure) when (failure is IOException || failure is UnauthorizedAccessException)
            {
                error.WriteLine(ToolFailure.OneLine("error: " + failure.Message));
                return ToolFailure.BadInputCode;
            }
            catch (Exception failure)
            {
                error.WriteLine(ToolFailure.OneLine("unexpected failure: " + failure.GetType().Name + ": " + failure.Message));
                return ToolFailure.UnexpectedCode;
            }
        }
    }
}
