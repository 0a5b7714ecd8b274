// Package nanoFramework.CoreLibrary (mscorlib): reflection. There is no Activator.

namespace System
{
    public abstract class Type : Reflection.MemberInfo
    {
        public abstract Reflection.Assembly Assembly { get; }
        public Reflection.ConstructorInfo GetConstructor(Type[] types) => throw null;
        public abstract Type BaseType { get; }
        protected Type() => throw null;
        public static Type GetType(string typeName) => throw null;
        public static Type GetTypeFromHandle(RuntimeTypeHandle handle) => throw null;
        public abstract string FullName { get; }
        public virtual bool IsInstanceOfType(object o) => throw null;
        public virtual bool IsSubclassOf(Type c) => throw null;
        public override string ToString() => throw null;
    }
}

namespace System.Reflection
{
    public sealed class AssemblyVersionAttribute : Attribute
    {
        public AssemblyVersionAttribute(string version) => throw null;
    }

    public abstract class MemberInfo
    {
        public MemberTypes MemberType => throw null;
        public abstract Type DeclaringType { get; }
        public abstract object[] GetCustomAttributes(bool inherit);
        protected MemberInfo() => throw null;
        public abstract string Name { get; }
    }

    public abstract class MethodBase : MemberInfo
    {
        public bool IsPublic => throw null;
        public bool IsStatic => throw null;
        public object Invoke(object obj, object[] parameters) => throw null;
        protected MethodBase() => throw null;
    }

    public abstract class ConstructorInfo : MethodBase
    {
        public object Invoke(object[] parameters) => throw null;
        protected ConstructorInfo() => throw null;
    }

    public enum MemberTypes
    {
        Constructor = 1,
        Event = 2,
        Field = 4,
        Method = 8,
        Property = 16,
        TypeInfo = 32,
        Custom = 64,
        NestedType = 128,
        All = 191,
    }

    public class Assembly
    {
        public static Assembly Load(byte[] rawAssembly) => throw null;
        public virtual Type GetType(string name) => throw null;
    }

    public sealed class DefaultMemberAttribute : Attribute
    {
        public DefaultMemberAttribute(string memberName) => throw null;
        public string MemberName => throw null;
    }
}
