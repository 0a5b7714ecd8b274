using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>NanoApi has what the firmware and the tests on the platform use. What nobody uses is reported; a type of which nothing is used is refused.</summary>
[TestClass]
public sealed class NanoApiUseTests
{
    /// <summary>What the compiler wants to find, or what a signature in use is made of.</summary>
    private static readonly string[] _wanted =
    [
        "System.Void", "System.SByte", "System.Int16", "System.UInt16", "System.UInt64", "System.Single", "System.Double", "System.IntPtr", "System.UIntPtr", "System.Delegate",
        "System.MulticastDelegate", "System.RuntimeMethodHandle", "System.AttributeTargets", "System.AttributeUsageAttribute", "System.FlagsAttribute", "System.ObsoleteAttribute", "System.Runtime.CompilerServices.IndexerNameAttribute",
        "System.Reflection.AssemblyVersionAttribute",
    ];

    /// <summary>What NanoSim has for its traps' sake, and the firmware keeps away from.</summary>
    private static readonly string[] _simulated = ["System.IO.Directory", "System.Net.Security.CertificateManager", "nanoFramework.M2Mqtt.Exceptions.MqttCommunicationException"];

    /// <summary>The test's output.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>No type without use, unless the compiler or a signature wants it.</summary>
    [TestMethod]
    public void EveryTypeIsUsed()
    {
        (string[] types, string[] members) = Unused(Il.NanoApi(), [.. Il.Firmware(), .. Il.FirmwareRelease(), .. Il.NanoTests().Values]);
        TestContext.WriteLine($"{members.Length} members of types in use are used by nobody:");
        foreach (string member in members)
        {
            TestContext.WriteLine("  " + member);
        }

        Expect.Nothing(types.Except(_wanted).Except(_simulated).Select(type => type + ": nobody uses it"));
    }

    /// <summary>Planted: a type and members that nobody uses, beside used ones, an overridden one, and one that only a signature has.</summary>
    [TestMethod]
    public void AnUnusedTypeIsSeen()
    {
        using AssemblyDefinition api = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Api", new Version(1, 0)), "Api", ModuleKind.Dll);
        TypeDefinition used = Add(api, "Used");
        TypeDefinition inSignature = Add(api, "InSignature");
        Add(api, "Unused");
        MethodDefinition called = new("Called", MethodAttributes.Public | MethodAttributes.Static, inSignature);
        used.Methods.Add(called);
        used.Methods.Add(new MethodDefinition("NotCalled", MethodAttributes.Public, api.MainModule.TypeSystem.Void));
        used.Methods.Add(new MethodDefinition("Overridden", MethodAttributes.Public | MethodAttributes.Virtual, api.MainModule.TypeSystem.Void));
        used.Methods.Add(new MethodDefinition("Hidden", MethodAttributes.Private, api.MainModule.TypeSystem.Void));

        using AssemblyDefinition user = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("User", new Version(1, 0)), "User", ModuleKind.Dll);
        TypeDefinition derived = new("", "Derived", TypeAttributes.Class, user.MainModule.ImportReference(used));
        MethodDefinition overriding = new("Overridden", MethodAttributes.Public | MethodAttributes.Virtual, user.MainModule.TypeSystem.Void);
        overriding.Body.GetILProcessor().Emit(Mono.Cecil.Cil.OpCodes.Call, user.MainModule.ImportReference(called));
        derived.Methods.Add(overriding);
        user.MainModule.Types.Add(derived);
        using MemoryStream stream = new();
        user.Write(stream);

        (string[] types, string[] members) = Unused(api.MainModule, [ModuleDefinition.ReadModule(new MemoryStream(stream.ToArray()))]);
        CollectionAssert.AreEqual((string[])["Unused"], types);
        CollectionAssert.AreEqual((string[])["System.Void Used::NotCalled()"], members);
    }

    private static TypeDefinition Add(AssemblyDefinition api, string name)
    {
        TypeDefinition type = new("", name, TypeAttributes.Public | TypeAttributes.Class, api.MainModule.TypeSystem.Object);
        api.MainModule.Types.Add(type);
        return type;
    }

    private static (string[] Types, string[] Members) Unused(ModuleDefinition api, ModuleDefinition[] users)
    {
        HashSet<string> types = [.. users.SelectMany(user => user.GetTypeReferences()).Select(type => type.FullName)];
        HashSet<string> members = [.. users.SelectMany(user => user.GetMemberReferences()).Select(member => member.FullName)];
        HashSet<string> overrides = [.. users.SelectMany(user => user.GetTypes()).SelectMany(type => type.Methods).Where(method => method.IsVirtual).Select(method => method.Name)];
        TypeDefinition[] all = [.. api.GetTypes().Where(type => type.IsPublic || type.IsNestedPublic)];

        // What a used type is made of is used: to the end of the chain.
        Queue<TypeDefinition> open = new(all.Where(type => types.Contains(type.FullName)));
        while (open.TryDequeue(out TypeDefinition? type))
        {
            foreach (TypeDefinition part in Il.UsedTypes(type).Select(use => use.Used).OfType<TypeDefinition>().Where(part => types.Add(part.FullName)))
            {
                open.Enqueue(part);
            }
        }

        bool IsUsed(MethodDefinition method) => members.Contains(method.FullName) || (method.IsVirtual && overrides.Contains(method.Name)) || method.DeclaringType.BaseType?.FullName == "System.MulticastDelegate";
        return (
            [.. all.Where(type => !types.Contains(type.FullName) && !IsConstants(type)).Select(type => type.FullName).Order(StringComparer.Ordinal)],
            [.. all.Where(type => types.Contains(type.FullName) && !type.IsEnum).SelectMany(type => type.Methods).Where(method => (method.IsPublic || method.IsFamily) && !IsUsed(method)).Select(method => method.FullName)]);
    }

    /// <summary>Constants leave no trace of their type where they are used.</summary>
    private static bool IsConstants(TypeDefinition type) => !type.IsEnum && type.HasFields && type.Fields.All(field => field.IsLiteral) && type.Methods.All(method => method.IsConstructor);
}
