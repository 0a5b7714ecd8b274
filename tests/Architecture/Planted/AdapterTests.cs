// Attributes by the names of nanoFramework's, which the rule goes by.
#pragma warning disable IDE0130
namespace nanoFramework.TestFramework
{
    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class TestClassAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class TestMethodAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class SetupAttribute : Attribute
    {
    }
}

namespace Planted.AdapterTests
{
    [nanoFramework.TestFramework.TestClass]
    public sealed class Stateful
    {
        private static int _all;
        private int _count;

        [nanoFramework.TestFramework.Setup]
        public void Prepare() => _count++;

        [nanoFramework.TestFramework.TestMethod]
        public void Fine() => _all++;

        [nanoFramework.TestFramework.TestMethod]
        public void WithParameter(int count) => _count += count;

        [nanoFramework.TestFramework.TestMethod]
        internal void NotPublic() => _count--;
    }

    public sealed class Unmarked
    {
        [nanoFramework.TestFramework.TestMethod]
        public void Lost()
        {
        }
    }
}
