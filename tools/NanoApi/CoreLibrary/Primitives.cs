// Package nanoFramework.CoreLibrary (mscorlib): the types the C

namespace System
{
    public class Object
    {
        public Object() => throw null;
        public Type GetType() => throw null;
        protected object MemberwiseClone() => throw null;
        public static bool Equals(object objA, object objB) => throw null;
        public static bool ReferenceEquals(object objA, object objB) => throw null;
        public virtual bool Equals(object obj) => throw null;
        public virtual int GetHashCode() => throw null;
        public virtual string ToString() => throw null;
    }

    public abstract class ValueType
    {
        protected ValueType() => throw null;
        public override bool Equals(object obj) => throw null;
    }

    public struct Void
    {
    }

    public abstract class Enum : ValueType
    {
        protected Enum() => throw null;
        public override string ToString() => throw null;
    }

    public struct Boolean
    {
        public override string ToString() => throw null;
    }

    public struct Byte
    {
        public const byte MaxValue = 255;
        public const byte MinValue = 0;
        public static bool TryParse(string s, out byte result) => throw null;
        public static byte Parse(string s) => throw null;
        public string ToString(string format) => throw null;
        public override string ToString() => throw null;
    }

    public struct SByte
    {
        public const sbyte MaxValue = 127;
        public const sbyte MinValue = -128;
        public string ToString(string format) => throw null;
        public override string ToString() => throw null;
    }

    public struct Int16
    {
        public const short MaxValue = 32767;
        public const short MinValue = -32768;
        public string ToString(string format) => throw null;
        public override string ToString() => throw null;
    }

    public struct UInt16
    {
        public const ushort MaxValue = 65535;
        public const ushort MinValue = 0;
        public static bool TryParse(string s, out ushort result) => throw null;
        public static ushort Parse(string s) => throw null;
        public string ToString(string format) => throw null;
        public override string ToString() => throw null;
    }

    public struct Int32
    {
        public const int MaxValue = 2147483647;
        public const int MinValue = -2147483648;
        public static bool TryParse(string s, out int result) => throw null;
        public static int Parse(string s) => throw null;
        public string ToString(string format) => throw null;
        public override string ToString() => throw null;
    }

    public struct UInt32
    {
        public const uint MaxValue = 4294967295;
        public const uint MinValue = 0;
        public static bool TryParse(string s, out uint result) => throw null;
        public static uint Parse(string s) => throw null;
        public string ToString(string format) => throw null;
        public override string ToString() => throw null;
    }

    public struct Int64
    {
        public const long MaxValue = 9223372036854775807;
        public const long MinValue = -9223372036854775808;
        public static bool TryParse(string s, out long result) => throw null;
        public static long Parse(string s) => throw null;
        public string ToString(string format) => throw null;
        public override string ToString() => throw null;
    }

    public struct UInt64
    {
        public const ulong MaxValue = 18446744073709551615;
        public const ulong MinValue = 0;
        public string ToString(string format) => throw null;
        public override string ToString() => throw null;
    }

    public struct Single
    {
        public string ToString(string format) => throw null;
        public override string ToString() => throw null;
    }

    public struct Double
    {
        public static bool IsNaN(double d) => throw null;
        public string ToString(string format) => throw null;
        public override string ToString() => throw null;
    }

    public struct Char
    {
        public char ToLower() => throw null;
        public char ToUpper() => throw null;
        public const char MaxValue = '\uffff';
        public const char MinValue = '\u0000';
        public override string ToString() => throw null;
    }

    public struct IntPtr
    {
    }

    public struct UIntPtr
    {
    }

    public struct RuntimeTypeHandle
    {
    }

    public struct RuntimeFieldHandle
    {
    }

    public struct RuntimeMethodHandle
    {
    }

    public abstract class Delegate
    {
        public object Target => throw null;
        protected Delegate() => throw null;
        public static Delegate Combine(Delegate a, Delegate b) => throw null;
        public static Delegate Remove(Delegate source, Delegate value) => throw null;
        public static bool operator ==(Delegate d1, Delegate d2) => throw null;
        public static bool operator !=(Delegate d1, Delegate d2) => throw null;
        public virtual Delegate[] GetInvocationList() => throw null;
        public override bool Equals(object obj) => throw null;
    }

    public abstract class MulticastDelegate : Delegate
    {
        protected MulticastDelegate() => throw null;
        public static bool operator ==(MulticastDelegate d1, MulticastDelegate d2) => throw null;
        public static bool operator !=(MulticastDelegate d1, MulticastDelegate d2) => throw null;
        public override bool Equals(object obj) => throw null;
    }

    public interface IAsyncResult
    {
    }

    public delegate void AsyncCallback(IAsyncResult ar);

    public delegate void Action();

    public abstract class Attribute
    {
        protected Attribute() => throw null;
    }

    [Flags]
    public enum AttributeTargets
    {
        Assembly = 1,
        Module = 2,
        Class = 4,
        Struct = 8,
        Enum = 16,
        Constructor = 32,
        Method = 64,
        Property = 128,
        Field = 256,
        Event = 512,
        Interface = 1024,
        Parameter = 2048,
        Delegate = 4096,
        ReturnValue = 8192,
        All = 16383,
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class AttributeUsageAttribute : Attribute
    {
        public AttributeUsageAttribute(AttributeTargets validOn) => throw null;
        public AttributeTargets ValidOn => throw null;
        public bool AllowMultiple { get => throw null; set => throw null; }
        public bool Inherited { get => throw null; set => throw null; }
    }

    public class FlagsAttribute : Attribute
    {
        public FlagsAttribute() => throw null;
    }

    public sealed class ObsoleteAttribute : Attribute
    {
        public ObsoleteAttribute() => throw null;
        public ObsoleteAttribute(string message) => throw null;
        public ObsoleteAttribute(string message, bool error) => throw null;
        public bool IsError => throw null;
        public string Message => throw null;
    }

    public sealed class ParamArrayAttribute : Attribute
    {
        public ParamArrayAttribute() => throw null;
    }

    public interface IDisposable
    {
        void Dispose();
    }

    public interface ICloneable
    {
        object Clone();
    }

    public class EventArgs
    {
        public EventArgs() => throw null;
        public static readonly EventArgs Empty;
    }

    public abstract class MarshalByRefObject
    {
        protected MarshalByRefObject() => throw null;
    }
}
