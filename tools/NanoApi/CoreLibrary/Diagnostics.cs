// Package nanoFramework.CoreLibrary.

namespace System.Diagnostics
{
    public static class Debugger
    {
        public static bool IsAttached => throw null;
    }
}
