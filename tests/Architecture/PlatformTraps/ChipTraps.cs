extern alias nano;

using System.Reflection;
using System.Reflection.Emit;
using nano::System.IO.Ports;

namespace DeviceFirmware.Tests.Architecture.PlatformTraps;

/// <summary>Clock, noise, threads, loading and UART.</summary>
[TestClass]
public sealed class ChipTraps
{
    [TestMethod]
    public void TheClockStandsAt1970AfterPowerOn()
    {
        Assert.IsInRange(0L, 60L, BoardOfTheTests.EarlyTime);
    }

    [TestMethod]
    public void DateTimeEndsWithTheYear3000()
    {
        Assert.Throws<ArgumentException>(() => nano::System.DateTime.FromUnixTimeSeconds(32535216000));
    }

    [TestMethod]
    public void NoiseIsNoNoiseBeforeTheRadioIsOn()
    {
        CollectionAssert.AreEqual(Convert.FromHexString(EarlyNoiseOfEveryBoard), BoardOfTheTests.EarlyNoise);
        byte[] one = new byte[32];
        byte[] other = new byte[32];
        new nano::System.Random(1).NextBytes(one);
        new nano::System.Random(1).NextBytes(other);
        CollectionAssert.AreNotEqual(one, other);
    }

    [TestMethod]
    public void AnExceptionEndsItsThreadOnly()
    {
        nano::System.Threading.Thread thread = new(() => throw new InvalidOperationException("of the test"));
        thread.Start();
        Assert.IsTrue(thread.Join(10000));
    }

    [TestMethod]
    public void StaticConstructorsRunInsideTheLoadAndTheirExceptionsAreSwallowed()
    {
        nano::System.Reflection.Assembly assembly = nano::System.Reflection.Assembly.Load(WithStaticConstructor("TrapStatic"));
        Assert.AreEqual("ran", AppContext.GetData("TrapStatic"));
        Assert.IsNotNull(assembly.GetType("First"));
        Assert.IsNull(assembly.GetType("Nothing"));
    }

    [TestMethod]
    public void ADeployedAssemblyOfTheSameNameWins()
    {
        string present = typeof(ChipTraps).Assembly.GetName().Name!;
        nano::System.Reflection.Assembly assembly = nano::System.Reflection.Assembly.Load(WithStaticConstructor(present));
        Assert.IsNull(AppContext.GetData(present));
        Assert.IsNull(assembly.GetType("First"));
    }

    [TestMethod]
    public void WhatIsNoAssemblyIsRefused()
    {
        Assert.Throws<BadImageFormatException>(() => nano::System.Reflection.Assembly.Load(new byte[64]));
    }

    [TestMethod]
    public void WhatAnAssemblyNeedsIsLoadedBeforeIt()
    {
        using Mono.Cecil.AssemblyDefinition needy = Mono.Cecil.AssemblyDefinition.CreateAssembly(new Mono.Cecil.AssemblyNameDefinition("Needy", new Version(1, 0)), "Needy", Mono.Cecil.ModuleKind.Dll);
        needy.MainModule.AssemblyReferences.Add(new Mono.Cecil.AssemblyNameReference("NotLoaded", new Version(1, 0)));
        using MemoryStream image = new();
        needy.Write(image);
        Assert.Throws<FileLoadException>(() => nano::System.Reflection.Assembly.Load(image.ToArray()));
    }

    [TestMethod]
    public void NothingIsUnloaded()
    {
        nano::System.Reflection.Assembly first = nano::System.Reflection.Assembly.Load(WithStaticConstructor("LoadedTwice"));
        Assert.IsNotNull(first.GetType("First"));
        AppContext.SetData("LoadedTwice", null);
        nano::System.Reflection.Assembly.Load(WithStaticConstructor("LoadedTwice"));
        Assert.IsNull(AppContext.GetData("LoadedTwice"), "the first one stays, and its static constructors do not run again");
    }

    [TestMethod]
    public void TheWireProtocolOwnsTheFirstUart()
    {
        using SerialPort port = new("COM1");
        Assert.Throws<ArgumentException>(port.Open);
    }

    [TestMethod]
    public void TheReceiveBufferIsSetBeforeOpenOnly()
    {
        using SerialPort port = new("COM2", 115200);
        Assert.AreEqual(256, port.ReadBufferSize);
        port.Open();
        Assert.Throws<InvalidOperationException>(() => port.ReadBufferSize = 4096);
    }

    /// <summary>The seed of SimNoise decides it: every board says this.</summary>
    private const string EarlyNoiseOfEveryBoard = "3AABAC26AF231A71";

    /// <summary>An assembly whose one type sets an AppContext value in its static constructor, then throws.</summary>
    private static byte[] WithStaticConstructor(string name)
    {
        PersistedAssemblyBuilder assembly = new(new AssemblyName(name), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule(name).DefineType("First", TypeAttributes.Public);
        ILGenerator code = type.DefineTypeInitializer().GetILGenerator();
        code.Emit(OpCodes.Ldstr, name);
        code.Emit(OpCodes.Ldstr, "ran");
        code.Emit(OpCodes.Call, typeof(AppContext).GetMethod(nameof(AppContext.SetData))!);
        code.Emit(OpCodes.Newobj, typeof(InvalidOperationException).GetConstructor([])!);
        code.Emit(OpCodes.Throw);
        type.CreateType();
        using MemoryStream image = new();
        assembly.Save(image);
        return image.ToArray();
    }
}
