using System;
using System.Diagnostics;

namespace DeviceFirmware.Bytes
{
    /// <summary>
    /// Excuses a method from a rule about what compiles and then runs wrong on the platform (<c>signedness</c>, <c>division</c>, <c>text</c>, <c>runtime</c>).
    /// Compiled only into the build that the rules judge; the board has none of it.
    /// </summary>
    [Conditional("DIALECT_EXCEPTIONS")]
    public sealed class DialectExceptionAttribute : Attribute
    {
        /// <summary>The rule, and why the method is right all the same.</summary>
        public DialectExceptionAttribute(string rule, string reason)
        {
        }
    }
}
