using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// One trust decision, one type: sealed, with private constructors, made by nobody else, entered by the named methods and no other. What carries
/// its answer out is made by the door, or by a method of its own.
/// </summary>
[TestClass]
public sealed class DoorRule
{
    private static readonly Door[] _doors =
    [
        new("DeviceFirmware.Image.VerifiedImage", ["Check", "Load"], "DeviceFirmware.Image.ImageCheck"),
        new("DeviceFirmware.Slots.SlotChoice", ["Decide"], null),
        new("DeviceFirmware.Identity.DeviceCertificate", ["Check"], "DeviceFirmware.Identity.CertificateCheck"),
        new("DeviceFirmware.Identity.OperationalCertificate", ["Check"], "DeviceFirmware.Identity.OperationalCheck"),
        new("DeviceFirmware.Trust.TlsParameters", ["Check"], "DeviceFirmware.Trust.TlsCheck"),
        new("DeviceFirmware.Commands.VerifiedCommand", ["Check"], "DeviceFirmware.Commands.CommandCheck"),
        new("DeviceFirmware.Commands.UpdateOrder", ["Check"], "DeviceFirmware.Commands.UpdateCheck"),
        new("DeviceFirmware.Factory.AcceptedCsr", ["Check"], "DeviceFirmware.Factory.CsrCheck"),
        new("DeviceFirmware.Factory.CaCheck", ["Judge"], null),
        new("DeviceFirmware.Fleet.ProvenClaim", ["Check"], "DeviceFirmware.Fleet.ClaimCheck"),
        new("DeviceFirmware.Fleet.IssuableRequest", ["Check"], null),
        new("DeviceFirmware.Fleet.ReturnedHead", ["Check"], null),
        new("DeviceFirmware.Fleet.DeviceToken", ["CheckAsync"], "DeviceFirmware.Fleet.TokenCheck"),
        // DecideNamed: another broker has judged the certificate. Explain: nobody asks but a person who writes a policy. Their callers: below.
        new("DeviceFirmware.Fleet.ClientPolicy", ["Decide", "DecideNamed", "Explain"], null),
    ];

    /// <summary>Every door, in the firmware and in the tools.</summary>
    [TestMethod]
    public void EveryDoorIsTheOnlyOne()
    {
        TypeDefinition[] types = [.. Il.Firmware().Concat(Il.Tools()).SelectMany(Il.Types)];
        Expect.Nothing(_doors.Where(door => types.All(type => type.FullName != door.Type)).Select(door => $"{door.Type}: there is no such door"));
        Expect.Nothing(_doors.SelectMany(door => Violations(types, door)));
    }

    /// <summary>Doors open inside Core only; Esp32 and Loader carry values about.</summary>
    [TestMethod]
    public void OnlyCoreAsksTheFirmwaresDoors()
    {
        TypeDefinition[] types = [.. Il.Firmware().Where(module => module.Assembly.Name.Name is not ("DeviceFirmware.Core" or "DeviceFirmware.Core.Operation")).SelectMany(Il.Types)];
        Expect.Nothing(EntryCalls(types, _doors));
    }

    /// <summary>The narrower entries of a door, which ask less, have the one caller that cannot know more.</summary>
    [TestMethod]
    public void ANarrowEntryHasOneCaller()
    {
        TypeDefinition[] types = [.. Il.Tools().SelectMany(Il.Types)];
        Expect.Nothing(StrangeCalls(types, "DeviceFirmware.Fleet.ClientPolicy", "DecideNamed", "DeviceFirmware.Fleet.MosquittoBroker"));
        Expect.Nothing(StrangeCalls(types, "DeviceFirmware.Fleet.ClientPolicy", "Explain", "DeviceFirmware.Fleet.PolicyCommands"));
        Expect.Nothing(StrangeCalls([.. Il.Firmware().SelectMany(Il.Types)], "DeviceFirmware.Trust.TrustSets", "Stage", "DeviceFirmware.Lifecycle.TrustTask"));
        Expect.Caught(StrangeCalls(Il.Planted("Doors"), "Planted.Doors.GoodDoor", "Check", "Planted.Doors.Nobody"), "Asker::Ask(): asks Planted.Doors.GoodDoor::Check");
    }

    /// <summary>Planted: a door with an open constructor, one more entry, a subclass, and makers elsewhere.</summary>
    [TestMethod]
    public void AnotherMakerIsSeen()
    {
        TypeDefinition[] types = Il.Planted("Doors");
        Expect.Nothing(Violations(types, new Door("Planted.Doors.GoodDoor", ["Check"], "Planted.Doors.GoodCheck")));
        Expect.Caught(
            Violations(types, new Door("Planted.Doors.BadDoor", ["Check"], "Planted.Doors.BadCheck")),
            "BadDoor: not sealed",
            "BadDoor::.ctor(): not private",
            "BadDoor::Skip(): another entry",
            "Forger::Value(): makes Planted.Doors.BadDoor",
            "Forger/Inner::Value(): makes Planted.Doors.BadDoor",
            "Forger::Lambda(): makes Planted.Doors.BadCheck",
            "Heir::.ctor(): makes Planted.Doors.BadDoor");
    }

    /// <summary>Planted: an adapter that asks a door.</summary>
    [TestMethod]
    public void AQuestionFromOutsideIsSeen()
    {
        TypeDefinition[] types = [.. Il.Planted("Doors").Where(type => type.Name == "Asker")];
        Expect.Caught(EntryCalls(types, [new Door("Planted.Doors.GoodDoor", ["Check"], null)]), "Asker::Ask(): asks Planted.Doors.GoodDoor::Check");
    }

    private static IEnumerable<string> Violations(TypeDefinition[] types, Door door)
    {
        foreach (TypeDefinition type in types.Where(type => type.FullName == door.Type))
        {
            if (!type.IsSealed || type.IsValueType)
            {
                yield return $"{type.FullName}: not sealed, or a value that exists without a constructor";
            }

            foreach (MethodDefinition constructor in type.Methods.Where(method => method.IsConstructor && !method.IsStatic && !method.IsPrivate))
            {
                yield return $"{Name(constructor)}: not private";
            }

            foreach (MethodDefinition entry in type.Methods.Where(method => method.IsStatic && !method.IsPrivate && !door.Entries.Contains(method.Name)))
            {
                yield return $"{Name(entry)}: another entry";
            }

            foreach (string missing in door.Entries.Where(entry => type.Methods.All(method => method.Name != entry || method.IsPrivate || !method.IsStatic)))
            {
                yield return $"{type.FullName}: has no entry {missing}";
            }
        }

        foreach (Use<MemberReference> use in Il.Operands(types))
        {
            string made = use.Used is MethodReference { Name: ".ctor" } constructor ? constructor.DeclaringType.FullName : "";
            string home = Il.Home(use.Method);
            if ((made == door.Type || made == door.Result) && home != door.Type && home != made)
            {
                yield return $"{Name(use.Method)}: makes {made}";
            }
        }
    }

    private static IEnumerable<string> StrangeCalls(IEnumerable<TypeDefinition> types, string door, string entry, string caller)
    {
        return from use in Il.Operands(types)
               where use.Used is MethodReference method && method.DeclaringType.FullName == door && method.Name == entry
               where Il.Home(use.Method) != caller && Il.Home(use.Method) != door
               select $"{Name(use.Method)}: asks {door}::{entry}";
    }

    private static IEnumerable<string> EntryCalls(IEnumerable<TypeDefinition> types, Door[] doors)
    {
        return from use in Il.Operands(types)
               where use.Used is MethodReference method && doors.Any(door => door.Type == method.DeclaringType.FullName && door.Entries.Contains(method.Name))
               select $"{Name(use.Method)}: asks {use.Used.DeclaringType.FullName}::{use.Used.Name}";
    }

    /// <summary>The code that somebody wrote: a lambda goes by the method it stands in.</summary>
    private static string Name(MethodDefinition method)
    {
        string name = method.Name.StartsWith('<') ? method.Name[1..method.Name.IndexOf('>', StringComparison.Ordinal)] : method.Name;
        TypeDefinition type = method.DeclaringType.Name.StartsWith('<') ? method.DeclaringType.DeclaringType : method.DeclaringType;
        return $"{type.FullName}::{name}()";
    }

    private sealed record Door(string Type, string[] Entries, string? Result);
}
