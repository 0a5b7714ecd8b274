using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The reading of policy documents, as PolicyDocument.cs states it.</summary>
[TestClass]
public sealed class PolicyTests
{
    private const string Id = "board-a";

    /// <summary>The document of the design, with requests added: as it is shipped.</summary>
    public static string Operational => Shipped("operational");

    /// <summary>A document as it is shipped.</summary>
    public static string Shipped(string name)
    {
        return File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policies", name + ".json"));
    }

    /// <summary>The set as it is shipped.</summary>
    public static PolicySet ShippedSet()
    {
        return new PolicySet(PolicySet.Kinds.Select(kind => SetOf(Shipped(DeviceRegistry.Word(kind))).Editions[0] with { Kind = kind }));
    }

    /// <summary>A set in which each document is the given one.</summary>
    public static PolicySet SetOf(string document)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(document);
        Assert.IsTrue(PolicyParser.TryParse(bytes, out PolicyDocument? parsed, out string? problem), problem);
        return new PolicySet(PolicySet.Kinds.Select(kind => new PolicyEdition(kind, parsed, Convert.ToHexStringLower(SHA256.HashData(bytes)))));
    }

    /// <summary>It is asked for every message of every device: nothing is left behind for a collector.</summary>
    [TestMethod]
    public void ADecisionAllocatesNothing()
    {
        BoundPolicy policy = Bind(Operational);
        string[] topics = ["devices/board-a/telemetry", "devices/board-a/requests/x", "devices/board-b/status", "devices/board-a/commands/order", "x"];
        int allowed = Decide();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.AreEqual(allowed, Decide());
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);

        int Decide()
        {
            int count = 0;
            for (int i = 0; i < 10_000; i++)
            {
                count += policy.Publish(topics[i % topics.Length]).Answer == PolicyAnswer.Allow ? 1 : 0;
                count += policy.Connect(topics[i % topics.Length]).Answer == PolicyAnswer.Allow ? 1 : 0;
            }

            return count;
        }
    }

    [TestMethod]
    [DataRow("board-a", PolicyAnswer.Allow, 1)]
    [DataRow("board-b", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("board-a2", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("", PolicyAnswer.DefaultDeny, 0)]
    public void OperationalConnect(string clientId, PolicyAnswer answer, int statement)
    {
        Assert.AreEqual(new PolicyEvaluation(answer, statement), Bind(Operational).Connect(clientId));
    }

    [TestMethod]
    [DataRow("devices/board-a/telemetry", PolicyAnswer.Allow, 2)]
    [DataRow("devices/board-a/status", PolicyAnswer.Allow, 2)]
    [DataRow("devices/board-a/requests", PolicyAnswer.Allow, 2)]
    [DataRow("devices/board-a/requests/chunk", PolicyAnswer.Allow, 2)]
    [DataRow("devices/board-a/requests/a/b", PolicyAnswer.Allow, 2)]
    [DataRow("devices/board-a/requestsx", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("devices/board-a/telemetry/x", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("devices/board-b/telemetry", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("devices/board-a/commands/update", PolicyAnswer.ExplicitDeny, 4)]
    [DataRow("devices/board-a/commands", PolicyAnswer.ExplicitDeny, 4)]
    [DataRow("devices/board-b/commands/update", PolicyAnswer.ExplicitDeny, 4)]
    [DataRow("devices/x/y/commands/update", PolicyAnswer.ExplicitDeny, 4)]
    [DataRow("devices/board-a/requests/commands/x", PolicyAnswer.ExplicitDeny, 4)]
    [DataRow("Devices/board-a/telemetry", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("/devices/board-a/telemetry", PolicyAnswer.DefaultDeny, 0)]
    public void OperationalPublish(string topic, PolicyAnswer answer, int statement)
    {
        Assert.AreEqual(new PolicyEvaluation(answer, statement), Bind(Operational).Publish(topic));
    }

    [TestMethod]
    [DataRow("devices/board-a/commands/#", PolicyAnswer.Allow, 3)]
    [DataRow("devices/board-a/commands", PolicyAnswer.Allow, 3)]
    [DataRow("devices/board-a/commands/update", PolicyAnswer.Allow, 3)]
    [DataRow("devices/board-a/commands/+", PolicyAnswer.Allow, 3)]
    [DataRow("devices/board-a/commands/+/x/#", PolicyAnswer.Allow, 3)]
    [DataRow("devices/board-a/#", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("devices/board-a/+", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("devices/+/commands/#", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("devices/board-b/commands/#", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("#", PolicyAnswer.DefaultDeny, 0)]
    [DataRow("+/board-a/commands/#", PolicyAnswer.DefaultDeny, 0)]
    public void OperationalSubscribe(string filter, PolicyAnswer answer, int statement)
    {
        Assert.AreEqual(new PolicyEvaluation(answer, statement), Subscribe(Operational, filter));
    }

    /// <summary>Names in a set: pattern, name, in it or not.</summary>
    [TestMethod]
    [DataRow("a/b", "a/b", true)]
    [DataRow("a/b", "a/b/", false)]
    [DataRow("a/+", "a/b", true)]
    [DataRow("a/+", "a/", true)]
    [DataRow("a/+", "a", false)]
    [DataRow("a/+", "a/b/c", false)]
    [DataRow("a/#", "a", true)]
    [DataRow("a/#", "a/", true)]
    [DataRow("a/#", "a/b/c", true)]
    [DataRow("a/#", "ab", false)]
    [DataRow("#", "anything/at/all", true)]
    [DataRow("+/#", "a", true)]
    [DataRow("*", "a/b/c", true)]
    [DataRow("a*", "a", true)]
    [DataRow("a*c", "a/b/c", true)]
    [DataRow("a*c", "a/b/cd", false)]
    [DataRow("a/*/c/#", "a/x/y/c", true)]
    [DataRow("a/*/c/#", "a/c/d", false)]
    [DataRow("a/*/c/#", "a//c/d", true)]
    [DataRow("*ab*", "xaab", true)]
    [DataRow("*aab", "aaab", true)]
    [DataRow("*aab", "aabb", false)]
    [DataRow("+/+/x*y", "a//xy", true)]
    public void Membership(string pattern, string topic, bool expected)
    {
        Assert.AreEqual(expected, Language(pattern, isPolicyPattern: true).Contains(topic));
    }

    /// <summary>Pattern, filter, does the pattern cover it, do they overlap.</summary>
    [TestMethod]
    [DataRow("a/#", "a/#", true, true)]
    [DataRow("a/#", "a/+", true, true)]
    [DataRow("a/#", "a/+/b", true, true)]
    [DataRow("a/+", "a/#", false, true)]
    [DataRow("a/+", "a/+", true, true)]
    [DataRow("a/+/+", "a/b/+", true, true)]
    [DataRow("a/b", "a/+", false, true)]
    [DataRow("#", "#", true, true)]
    [DataRow("*", "#", true, true)]
    [DataRow("+/#", "#", true, true)]
    [DataRow("+", "#", false, true)]
    [DataRow("a/*", "a/#", false, true)]
    [DataRow("a/*", "a/+/b/#", true, true)]
    [DataRow("a*", "a/#", true, true)]
    [DataRow("a*", "a+x", false, false)]
    [DataRow("a/b", "a/*", false, false)]
    [DataRow("*/b", "+/b", true, true)]
    [DataRow("*/b", "+/+", false, true)]
    [DataRow("*b", "+/c", false, false)]
    [DataRow("*/c/#", "x/#", false, true)]
    [DataRow("*/c/#", "x/c/+/d", true, true)]
    [DataRow("devices/*/commands/#", "devices/a/commands/x", true, true)]
    [DataRow("devices/*/commands/#", "devices/+/telemetry", false, false)]
    [DataRow("devices/*/commands/#", "devices/+/+", false, true)]
    [DataRow("devices/*/commands/#", "devices/#", false, true)]
    public void CoverageAndOverlap(string pattern, string filter, bool covers, bool overlaps)
    {
        TopicLanguage language = Language(pattern, isPolicyPattern: true);
        if (!TopicPattern.TryParse(filter, isPolicyPattern: false, out TopicPattern? parsed, out _))
        {
            Assert.IsFalse(covers || overlaps, "a malformed filter is none");
            return;
        }

        TopicLanguage requested = TopicLanguage.Compile(parsed);
        Assert.AreEqual(covers, language.Covers(requested), "covers");
        Assert.AreEqual(overlaps, language.Overlaps(requested), "overlaps");
        Assert.AreEqual(overlaps, requested.Overlaps(language), "overlap is symmetrical");
    }

    /// <summary>Automata against a plain backtracking reading, on every name of up to five characters of a small alphabet.</summary>
    [TestMethod]
    public void AutomataAgreeWithTheDefinition()
    {
        string[] patterns = ["a/b", "a/+", "+/a", "a/#", "+/#", "#", "*", "a*", "*a", "*a*b", "a/*/b/#", "*ab/#", "+/*a", "+/+", "*aab*", "/+/#", "a//#", "**b"];
        foreach (string pattern in patterns)
        {
            TopicLanguage language = Language(pattern, isPolicyPattern: true);
            foreach (string name in Names("ab/", 5))
            {
                Assert.AreEqual(Defined(pattern, name), language.Contains(name), $"{pattern} on '{name}'");
            }
        }
    }

    /// <summary>Coverage and overlap against enumeration: what the automata say of all names must hold for every short one, and be witnessed.</summary>
    [TestMethod]
    public void CoverageAgreesWithEnumeration()
    {
        string[] patterns = ["a/b", "a/+", "+/a", "a/#", "+/#", "*", "a*", "*a", "*a/b", "a/*/b/#", "*ab/#", "+/+"];
        string[] filters = ["a/b", "a/+", "+/a", "a/#", "+/#", "#", "+/+", "+", "a/+/b", "+/a/#", "b", "+/b/+"];
        string[] names = [.. Names("abc/", 6)];
        foreach (string filter in filters)
        {
            TopicLanguage requested = Language(filter, isPolicyPattern: false);
            string[] inFilter = [.. names.Where(requested.Contains)];
            foreach (string pattern in patterns)
            {
                TopicLanguage language = Language(pattern, isPolicyPattern: true);
                Assert.AreEqual(inFilter.All(language.Contains), language.Covers(requested), $"{pattern} covers {filter}");
                Assert.AreEqual(inFilter.Any(language.Contains), language.Overlaps(requested), $"{pattern} overlaps {filter}");
            }
        }
    }

    [TestMethod]
    public void AnyDenyWinsWhereverItStands()
    {
        const string Allow = """{"effect":"allow","action":["publish"],"resource":["topic:a/#"]}""";
        const string Deny = """{"effect":"deny","action":["publish"],"resource":["topic:a/secret"]}""";
        Assert.AreEqual(new PolicyEvaluation(PolicyAnswer.ExplicitDeny, 2), Bind(Document(Allow, Deny)).Publish("a/secret"));
        Assert.AreEqual(new PolicyEvaluation(PolicyAnswer.ExplicitDeny, 1), Bind(Document(Deny, Allow)).Publish("a/secret"));
        Assert.AreEqual(new PolicyEvaluation(PolicyAnswer.Allow, 2), Bind(Document(Deny, Allow)).Publish("a/open"));
    }

    [TestMethod]
    public void TheFirstAllowThatBitesIsNamed()
    {
        string document = Document(Statement("b"), Statement("a"), Statement("a"));
        Assert.AreEqual(new PolicyEvaluation(PolicyAnswer.Allow, 2), Bind(document).Publish("a"));
    }

    [TestMethod]
    public void AResourceOfNoActionOfItsStatementSaysNothing()
    {
        string document = Document("""{"effect":"allow","action":["publish"],"resource":["topic:a","topicfilter:a","device:board-a"]}""");
        Assert.AreEqual(PolicyAnswer.Allow, Bind(document).Publish("a").Answer);
        Assert.AreEqual(PolicyAnswer.DefaultDeny, Subscribe(document, "a").Answer);
        Assert.AreEqual(PolicyAnswer.DefaultDeny, Bind(document).Connect("board-a").Answer);
    }

    [TestMethod]
    public void ADenyOnTopicFilterBitesWhereItCanOverlap()
    {
        string document = Document(
            """{"effect":"allow","action":["subscribe"],"resource":["topicfilter:a/#"]}""",
            """{"effect":"deny","action":["subscribe"],"resource":["topicfilter:a/secret/#"]}""");
        Assert.AreEqual(new PolicyEvaluation(PolicyAnswer.ExplicitDeny, 2), Subscribe(document, "a/#"));
        Assert.AreEqual(new PolicyEvaluation(PolicyAnswer.ExplicitDeny, 2), Subscribe(document, "a/+"));
        Assert.AreEqual(new PolicyEvaluation(PolicyAnswer.ExplicitDeny, 2), Subscribe(document, "a/secret/x"));
        Assert.AreEqual(new PolicyEvaluation(PolicyAnswer.Allow, 1), Subscribe(document, "a/open/#"));
    }

    [TestMethod]
    public void OneResourceAloneMustCoverTheFilter()
    {
        string document = Document("""{"effect":"allow","action":["subscribe"],"resource":["topicfilter:a","topicfilter:a/+","topicfilter:a/+/#"]}""");
        Assert.AreEqual(PolicyAnswer.DefaultDeny, Subscribe(document, "a/#").Answer);
    }

    [TestMethod]
    public void ADenyOnTopicIsNoDenyOnTopicFilter()
    {
        string document = Document(
            """{"effect":"allow","action":["publish","subscribe"],"resource":["topicfilter:a/#","topic:a/#"]}""",
            """{"effect":"deny","action":["publish","subscribe"],"resource":["topic:a/b"]}""");
        Assert.AreEqual(PolicyAnswer.Allow, Subscribe(document, "a/b").Answer);
        Assert.AreEqual(PolicyAnswer.ExplicitDeny, Bind(document).Publish("a/b").Answer);
    }

    /// <summary>Whose the device is decides what stands for the variables; a resource that names what it has not says nothing.</summary>
    [TestMethod]
    [DataRow("north", "meter", "tenants/north/events/board-a", 1)]
    [DataRow("north", "meter", "tenants/north/meter/x/y", 1)]
    [DataRow("north", "meter", "tenants/north/meter", 1)]
    [DataRow("north", "meter", "open", 1)]
    [DataRow("north", "meter", "tenants/south/events/board-a", 0)]
    [DataRow("north", "meter", "tenants/north/valve/x", 0)]
    [DataRow("north", "meter", "tenants/north/events/board-b", 0)]
    [DataRow("north", "meter", "tenants/north", 0)]
    [DataRow("north", "", "tenants/north/events/board-a", 1)]
    [DataRow("north", "", "tenants/north/meter/x", 0)]
    [DataRow("north", "", "tenants/north//x", 0)]
    [DataRow("", "meter", "tenants//events/board-a", 0)]
    [DataRow("", "meter", "tenants/${tenant}/events/board-a", 0)]
    [DataRow("", "meter", "tenants//meter/x", 0)]
    [DataRow("", "meter", "open", 1)]
    [DataRow("", "", "tenants/north/events/board-a", 0)]
    public void TheOwnersVariables(string tenant, string product, string topic, int statement)
    {
        PolicyDocument document = Parse(Document(
            """{"effect":"allow","action":["publish","subscribe"],"resource":["topic:tenants/${tenant}/events/${deviceId}","topic:tenants/${tenant}/${product}/#","topic:open","topicfilter:tenants/${tenant}/+/x"]}""",
            """{"effect":"deny","action":["publish","subscribe"],"resource":["topic:tenants/+/secret/#","topicfilter:tenants/+/secret/#"]}"""));
        BoundPolicy policy = document.For(new PolicySubject(Id, tenant, product));
        Assert.AreEqual(new PolicyEvaluation(statement == 0 ? PolicyAnswer.DefaultDeny : PolicyAnswer.Allow, statement), policy.Publish(topic));
        Assert.AreEqual(PolicyAnswer.ExplicitDeny, policy.Publish("tenants/north/secret/x").Answer, "a deny is one to all");
        Assert.AreEqual(tenant.Length > 0 ? PolicyAnswer.Allow : PolicyAnswer.DefaultDeny, policy.Subscribe(Pattern("tenants/north/open/x")).Answer);
        Assert.AreEqual(PolicyAnswer.ExplicitDeny, policy.Subscribe(Pattern("tenants/north/+/x")).Answer);
        Assert.AreEqual(PolicyAnswer.DefaultDeny, policy.Subscribe(Pattern("tenants/+/open/x")).Answer);
        Assert.IsTrue(document.NamesOwner);
        Assert.IsFalse(Parse(Operational).NamesOwner);
    }

    /// <summary>Such a deny, which the parser refuses, is not bound to nothing either.</summary>
    [TestMethod]
    public void ADenyThatNamesAnOwnerIsNotBoundWithoutOne()
    {
        PolicyDocument document = new("2026-01-09", [new PolicyStatement(PolicyEffect.Deny, [PolicyAction.Publish], [new PolicyResource(PolicyAction.Publish, "tenants/${tenant}/x")])]);
        Assert.ThrowsExactly<ArgumentException>(() => document.For(new PolicySubject(Id)));
        Assert.AreEqual(PolicyAnswer.ExplicitDeny, document.For(new PolicySubject(Id, "north")).Publish("tenants/north/x").Answer);
        Assert.ThrowsExactly<ArgumentException>(() => Parse(Operational).For(new PolicySubject("")), "nobody's id");
    }

    [TestMethod]
    [DataRow("", "line 1, byte 1: is not JSON")]
    [DataRow("{", "is not JSON")]
    [DataRow("[]", "document: must be an object")]
    [DataRow("{}", "document: member 'version' is missing")]
    [DataRow("""{"version":"2026-01-09"}""", "document: member 'statement' is missing")]
    [DataRow("""{"version":1,"statement":[]}""", "version: must be a string")]
    [DataRow("""{"version":"new","statement":[]}""", "version: must be a date")]
    [DataRow("""{"version":"2026-01-09","statement":[]}""", "statement: must be an array of 1 to 64 items")]
    [DataRow("""{"version":"2026-01-09","statement":{}}""", "statement: must be an array")]
    [DataRow("""{"version":"2026-01-09","statement":[3]}""", "statement[0]: must be an object")]
    [DataRow("""{"version":"2026-01-09","version":"2026-01-09","statement":[]}""", "document: member 'version' stands there twice")]
    [DataRow("""{"version":"2026-01-09","statement":[],"comment":""}""", "document: unknown member 'comment'")]
    [DataRow("""{"version":"2026-01-09","statement":[],}""", "is not JSON")]
    [DataRow("""{"version":"2026-01-09" /* x */,"statement":[]}""", "is not JSON")]
    [DataRow("""{"version":"2026-01-09","statement":[]} x""", "is not JSON")]
    public void MalformedDocuments(string text, string expected)
    {
        AssertRefused(text, expected);
    }

    [TestMethod]
    [DataRow("""{"action":["publish"],"resource":["topic:a"]}""", "statement[0]: member 'effect' is missing")]
    [DataRow("""{"effect":"permit","action":["publish"],"resource":["topic:a"]}""", "statement[0].effect: must be allow or deny")]
    [DataRow("""{"effect":"Allow","action":["publish"],"resource":["topic:a"]}""", "statement[0].effect: must be allow or deny")]
    [DataRow("""{"effect":true,"action":["publish"],"resource":["topic:a"]}""", "statement[0].effect: must be a string")]
    [DataRow("""{"effect":"allow","effect":"deny","action":["publish"],"resource":["topic:a"]}""", "statement[0]: member 'effect' stands there twice")]
    [DataRow("""{"effect":"allow","action":"publish","resource":["topic:a"]}""", "statement[0].action: must be an array")]
    [DataRow("""{"effect":"allow","action":[],"resource":["topic:a"]}""", "statement[0].action: must be an array of 1 to 3")]
    [DataRow("""{"effect":"allow","action":["publish","receive"],"resource":["topic:a"]}""", "statement[0].action[1]: must be connect, publish or subscribe")]
    [DataRow("""{"effect":"allow","action":["publish","publish"],"resource":["topic:a"]}""", "statement[0].action[1]: stands there twice")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["queue:a"]}""", "statement[0].resource[0]: must begin with device:, topic: or topicfilter:")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["a"]}""", "statement[0].resource[0]: must begin with")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:"]}""", "statement[0].resource[0]: must have 1 to 256 characters")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:a",7]}""", "statement[0].resource[1]: must be a string")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:${tenantId}/a"]}""", "statement[0].resource[0]: only ${deviceId}, ${tenant} and ${product} may follow a '$'")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:${deviceId/a"]}""", "only ${deviceId}")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:${tenant/a"]}""", "only ${deviceId}")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:tenants/${tenant}/${${deviceId}}"]}""", "only ${deviceId}")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:a","topic:devices/${deviceId}/${tenant}"]}""", "statement[0].resource[1]: a resource that names ${tenant} or ${product} begins with tenants/${tenant}/")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:products/${product}/x"]}""", "begins with tenants/${tenant}/")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:tenants/${product}/x"]}""", "begins with tenants/${tenant}/")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:tenants/${tenant}"]}""", "begins with tenants/${tenant}/")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:tenants/${tenant}x/a"]}""", "begins with tenants/${tenant}/")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:*/${tenant}/a"]}""", "begins with tenants/${tenant}/")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:tenants/*/${tenant}/a"]}""", "begins with tenants/${tenant}/")]
    [DataRow("""{"effect":"allow","action":["connect"],"resource":["device:${tenant}"]}""", "begins with tenants/${tenant}/")]
    [DataRow("""{"effect":"allow","action":["connect"],"resource":["device:tenants/${tenant}/a"]}""", "a client id has no '/'")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:tenants/${tenant}/p-${product}"]}""", "${tenant} and ${product} are whole levels")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:tenants/${tenant}/${product}*"]}""", "${tenant} and ${product} are whole levels")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:tenants/${tenant}/x/${tenant}1"]}""", "${tenant} and ${product} are whole levels")]
    [DataRow("""{"effect":"deny","action":["publish"],"resource":["topic:tenants/${tenant}/x"]}""", "statement[0].resource[0]: a deny has no ${tenant} and no ${product}")]
    [DataRow("""{"effect":"deny","action":["publish"],"resource":["topic:tenants/a/${product}"]}""", "a deny has no ${tenant} and no ${product}")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:$SYS/#"]}""", "only ${deviceId}")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:a/b#"]}""", "'#' must be the whole last level")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:a/#/b"]}""", "'#' must be the whole last level")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:a/b+"]}""", "'+' must be a whole level")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:a*/+"]}""", "'+' after '*' is not supported")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:ä"]}""", "not printable ASCII")]
    [DataRow("""{"effect":"allow","action":["connect"],"resource":["device:a/b"]}""", "a client id has no '/'")]
    [DataRow("""{"effect":"allow","action":["connect"],"resource":["device:+"]}""", "a client id has no '/', '+' or '#'")]
    [DataRow("""{"effect":"allow","action":["connect"],"resource":["device:#"]}""", "a client id has no '/', '+' or '#'")]
    [DataRow("""{"effect":"deny","action":["subscribe"],"resource":["topic:a"]}""", "statement[0]: none of its resources concerns any of its actions")]
    [DataRow("""{"effect":"allow","action":["publish"],"resource":["topic:a"],"condition":{}}""", "statement[0]: unknown member 'condition'")]
    public void MalformedStatements(string statement, string expected)
    {
        AssertRefused(Document(statement), expected);
    }

    [TestMethod]
    public void BoundsOfADocument()
    {
        AssertRefused(Operational + new string(' ', PolicyParser.MaximumBytes), "at most 65536 are read");
        AssertRefused(Document(Statement(new string('a', 257))), "must have 1 to 256 characters");
        Bind(Document(Statement("tenants/${tenant}/${product}/" + new string('a', 256 - 8 - 32 - 1 - 32 - 1))));
        AssertRefused(Document(Statement("tenants/${tenant}/${product}/" + new string('a', 256 - 8 - 32 - 1 - 32))), "must have 1 to 256 characters");
        AssertRefused(Document([.. Enumerable.Repeat(Statement("a"), 65)]), "statement: must be an array of 1 to 64 items");
        string resources = string.Join(',', Enumerable.Repeat("\"topic:a\"", 64));
        string full = $$"""{"effect":"allow","action":["publish"],"resource":[{{resources}}]}""";
        Bind(Document(full, full, full, full));
        AssertRefused(Document(full, full, full, full, Statement("a")), "statement[4].resource[0]: a document has at most 256 resources");
        AssertRefused(new string('[', 60_000), "is not JSON");
        Assert.IsFalse(PolicyParser.TryParse(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' }, out _, out string? problem));
        Assert.AreEqual("document: is not UTF-8", problem);
    }

    /// <summary>Patterns made to be slow are decided in bounded time, and rightly.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void HostilePatternsAreDecidedInBoundedTime()
    {
        string stars = string.Concat(Enumerable.Repeat("*a", 120));
        string many = string.Concat(Enumerable.Repeat("a", 240));
        string levels = string.Join('/', Enumerable.Repeat("+", 120)) + "/b";
        string prints = string.Concat(Enumerable.Range(0x21, 90).Select(c => (char)c).Where(c => !"+#*$/".Contains(c)));
        Stopwatch watch = Stopwatch.StartNew();
        string[] hostile = ["*" + many, stars, stars + "b", levels, "*" + prints + "*" + prints, "+/+/+/*" + many + "*b"];
        foreach (string pattern in hostile)
        {
            TopicLanguage language = Language(pattern, isPolicyPattern: true);
            language.Contains(many + "c");
            foreach (string filter in new[] { "#", levels, many, string.Join('/', Enumerable.Repeat("+", 128)) })
            {
                TopicLanguage requested = Language(filter, isPolicyPattern: false);
                language.Covers(requested);
                language.Overlaps(requested);
            }
        }

        Assert.IsTrue(Language(stars, isPolicyPattern: true).Contains(many));
        Assert.IsFalse(Language(stars + "b", isPolicyPattern: true).Contains(many));
        Assert.IsLessThan(30.0, watch.Elapsed.TotalSeconds, "six hostile patterns against four filters");
    }

    /// <summary>Fixed seed: whatever the bytes, a document or a reason, never an exception.</summary>
    [TestMethod]
    public void MutatedDocumentsNeverThrow()
    {
        Random random = new(20261122);
        byte[] original = Encoding.UTF8.GetBytes(Operational);
        for (int round = 0; round < 5_000; round++)
        {
            byte[] mutant = [.. original];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                mutant[random.Next(mutant.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:$*+#/ax"[random.Next(14)];
            }

            if (PolicyParser.TryParse(mutant, out PolicyDocument? document, out string? problem))
            {
                document.For(new PolicySubject(Id)).Publish("devices/board-a/telemetry");
            }
            else
            {
                Assert.IsFalse(string.IsNullOrEmpty(problem));
            }
        }
    }

    private static void AssertRefused(string text, string expected)
    {
        Assert.IsFalse(PolicyParser.TryParse(Encoding.UTF8.GetBytes(text), out _, out string? problem), "should be refused");
        Assert.Contains(expected, problem);
    }

    private static PolicyDocument Parse(string document)
    {
        Assert.IsTrue(PolicyParser.TryParse(Encoding.UTF8.GetBytes(document), out PolicyDocument? parsed, out string? problem), problem);
        return parsed;
    }

    private static BoundPolicy Bind(string document)
    {
        return Parse(document).For(new PolicySubject(Id));
    }

    private static TopicPattern Pattern(string filter)
    {
        Assert.IsTrue(TopicPattern.TryParse(filter, isPolicyPattern: false, out TopicPattern? parsed, out string? problem), problem);
        return parsed;
    }

    private static PolicyEvaluation Subscribe(string document, string filter)
    {
        return Bind(document).Subscribe(Pattern(filter));
    }

    private static TopicLanguage Language(string pattern, bool isPolicyPattern)
    {
        Assert.IsTrue(TopicPattern.TryParse(pattern, isPolicyPattern, out TopicPattern? parsed, out string? problem), problem);
        return TopicLanguage.Compile(parsed);
    }

    private static string Document(params string[] statements)
    {
        return $$"""{"version":"2026-01-09","statement":[{{string.Join(',', statements)}}]}""";
    }

    private static string Statement(string topic)
    {
        return $$"""{"effect":"allow","action":["publish"],"resource":["topic:{{topic}}"]}""";
    }

    private static IEnumerable<string> Names(string alphabet, int maximum)
    {
        IEnumerable<string> level = [""];
        for (int length = 1; length <= maximum; length++)
        {
            level = [.. level.SelectMany(name => alphabet.Select(c => name + c))];
            foreach (string name in level)
            {
                yield return name;
            }
        }
    }

    // The reading in words, by backtracking: slow and plain.
    private static bool Defined(string pattern, string name)
    {
        if (pattern.Length == 0)
        {
            return name.Length == 0;
        }

        if (pattern == "/#" && name.Length == 0)
        {
            return true;
        }

        return pattern[0] switch
        {
            '#' => true,
            '*' => Enumerable.Range(0, name.Length + 1).Any(n => Defined(pattern[1..], name[n..])),
            '+' => Enumerable.Range(0, name.Length + 1).Any(n => !name[..n].Contains('/') && Defined(pattern[1..], name[n..])),
            _ => name.Length > 0 && name[0] == pattern[0] && Defined(pattern[1..], name[1..]),
        };
    }
}
