// Package nanoFramework.CoreLibrary (mscorlib): what compiled code calls behind the source.

namespace System.Runtime.CompilerServices
{
    public static class RuntimeHelpers
    {
        public static void InitializeArray(Array array, RuntimeFieldHandle fldHandle) => throw null;
    }

    public sealed class IndexerNameAttribute : Attribute
    {
        public IndexerNameAttribute(string indexerName) => throw null;
    }

    public sealed class InternalsVisibleToAttribute : Attribute
    {
        public InternalsVisibleToAttribute(string assemblyName) => throw null;
        public string AssemblyName => throw null;
    }

    public sealed class MethodImplAttribute : Attribute
    {
        public MethodImplAttribute() => throw null;
        public MethodImplAttribute(MethodImplOptions methodImplOptions) => throw null;
        public MethodImplAttribute(short _value) => throw null;
    }

    public enum MethodImplOptions
    {
        Unmanaged = 4,
        ForwardRef = 16,
        PreserveSig = 128,
        InternalCall = 4096,
        Synchronized = 32,
        NoInlining = 8,
    }

    public sealed class ExtensionAttribute : Attribute
    {
        public ExtensionAttribute() => throw null;
    }
}

namespace System.Diagnostics
{
    public static class Debug
    {
        public static void WriteLine() => throw null;
        public static void WriteLine(string message) => throw null;
    }

    public sealed class ConditionalAttribute : Attribute
    {
        public ConditionalAttribute(string conditionString) => throw null;
        public string ConditionString => throw null;
    }
}
