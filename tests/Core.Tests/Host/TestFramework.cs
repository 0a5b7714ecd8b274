#nullable enable

using System;
using System.Collections;
using System.Runtime.CompilerServices;
using MSTest = Microsoft.VisualStudio.TestTools.UnitTesting;

namespace nanoFramework.TestFramework
{
    // The part of nanoFramework.TestFramework that the shared tests use, over MSTest: so the same sources run on .NET and on the board's CLR.
    // Only members that the nanoFramework package has, with its meaning: ThrowsException and IsInstanceOfType want the exact type.
    // Setup, Cleanup and DataRow are left out on purpose: there they are tests of their own, here they would be something else.

    /// <summary>A class of tests.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public class TestClassAttribute : MSTest.TestClassAttribute
    {
    }

    /// <summary>A test.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public class TestMethodAttribute : MSTest.TestMethodAttribute
    {
        public TestMethodAttribute([CallerFilePath] string callerFilePath = "", [CallerLineNumber] int callerLineNumber = -1)
            : base(callerFilePath, callerLineNumber)
        {
        }
    }

    /// <summary>Output of tests.</summary>
    public static class OutputHelper
    {
        public static void Write(string message)
        {
            Console.Write(message);
        }

        public static void WriteLine(string message)
        {
            Console.WriteLine(message);
        }
    }

    /// <summary>Assertions on single values.</summary>
    public sealed class Assert
    {
        private Assert()
        {
        }

        public static void AreEqual(bool expected, bool actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(byte expected, byte actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(char expected, char actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(DateTime expected, DateTime actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(double expected, double actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(float expected, float actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(int expected, int actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(long expected, long actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(object? expected, object? actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(sbyte expected, sbyte actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(short expected, short actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(string? expected, string? actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(uint expected, uint actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(ulong expected, ulong actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreEqual(ushort expected, ushort actual, string message = "") => AreEqualCore(expected, actual, message);

        public static void AreNotEqual(bool notExpected, bool actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(byte notExpected, byte actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(char notExpected, char actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(DateTime notExpected, DateTime actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(double notExpected, double actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(float notExpected, float actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(int notExpected, int actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(long notExpected, long actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(object? notExpected, object? actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(sbyte notExpected, sbyte actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(short notExpected, short actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(string? notExpected, string? actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(uint notExpected, uint actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(ulong notExpected, ulong actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreNotEqual(ushort notExpected, ushort actual, string message = "") => AreNotEqualCore(notExpected, actual, message);

        public static void AreSame(object? expected, object? actual, string message = "") =>
            MSTest.Assert.AreSame(expected, actual, message);

        public static void AreNotSame(object? notExpected, object? actual, string message = "") =>
            MSTest.Assert.AreNotSame(notExpected, actual, message);

        public static void Contains(string expected, string value, string message = "") =>
            MSTest.Assert.IsTrue(value.Contains(expected, StringComparison.Ordinal), $"'{value}' does not contain '{expected}'. {message}");

        public static void DoesNotContains(string notExpected, string value, string message = "") =>
            MSTest.Assert.IsFalse(value.Contains(notExpected, StringComparison.Ordinal), $"'{value}' contains '{notExpected}'. {message}");

        public static void StartsWith(string expected, string value, string message = "") =>
            MSTest.Assert.IsTrue(value.StartsWith(expected, StringComparison.Ordinal), $"'{value}' does not start with '{expected}'. {message}");

        public static void EndsWith(string expected, string value, string message = "") =>
            MSTest.Assert.IsTrue(value.EndsWith(expected, StringComparison.Ordinal), $"'{value}' does not end with '{expected}'. {message}");

        public static void IsFalse(bool condition, string message = "") => MSTest.Assert.IsFalse(condition, message);

        public static void IsTrue(bool condition, string message = "") => MSTest.Assert.IsTrue(condition, message);

        public static void IsNull(object? value, string message = "") => MSTest.Assert.IsNull(value, message);

        public static void IsNotNull(object? value, string message = "") => MSTest.Assert.IsNotNull(value, message);

        public static void IsInstanceOfType(object? value, Type expected, string message = "") =>
            MSTest.Assert.AreEqual(expected, value?.GetType(), message);

        public static void IsNotInstanceOfType(object? value, Type notExpected, string message = "") =>
            MSTest.Assert.AreNotEqual(notExpected, value?.GetType(), message);

        public static void SkipTest(string? message = null) => MSTest.Assert.Inconclusive(message ?? string.Empty);

        public static void ThrowsException(Type exception, Action action, string message = "")
        {
            Exception? thrown = null;

            try
            {
                action();
            }
            catch (Exception e)
            {
                thrown = e;
            }

            if (thrown is null)
            {
                MSTest.Assert.Fail($"Nothing thrown; {exception.Name} was expected. {message}");
            }

            if (thrown.GetType() != exception)
            {
                MSTest.Assert.Fail($"Thrown was {thrown}; {exception.Name} was expected. {message}");
            }
        }

        private static void AreEqualCore(object? expected, object? actual, string message) =>
            MSTest.Assert.AreEqual(expected, actual, message);

        private static void AreNotEqualCore(object? notExpected, object? actual, string message) =>
            MSTest.Assert.AreNotEqual(notExpected, actual, message);
    }

    /// <summary>Assertions on arrays and lists, element by element.</summary>
    public sealed class CollectionAssert
    {
        private CollectionAssert()
        {
        }

        public static void AreEqual(ICollection? expected, ICollection? actual, string message = "") =>
            MSTest.CollectionAssert.AreEqual(expected, actual, message);

        public static void AreNotEqual(ICollection? notExpected, ICollection? actual, string message = "") =>
            MSTest.CollectionAssert.AreNotEqual(notExpected, actual, message);

        public static void Empty(ICollection collection, string message = "") => MSTest.Assert.AreEqual(0, collection.Count, message);

        public static void NotEmpty(ICollection collection, string message = "") => MSTest.Assert.AreNotEqual(0, collection.Count, message);
    }
}
