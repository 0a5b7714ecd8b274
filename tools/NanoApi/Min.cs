namespace System
{
    public class Object { }
    public abstract class ValueType { }
    public abstract class Enum : ValueType { }
    public struct Void { }
    public struct Boolean { }
    public struct Int32 { }
    public struct Byte { }
    public struct Char { }
    public abstract class Array { }
    public sealed class String { }
    public abstract class Attribute { }
    public sealed class ParamArrayAttribute : Attribute { }
    public abstract class Delegate { }
    public abstract class MulticastDelegate : Delegate { }
}
namespace System.Runtime.CompilerServices { }
