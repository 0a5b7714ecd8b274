using System.Text;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The prover: what is shipped is proved, each planted hole gives an example that the policy engine confirms, and brute force agrees.</summary>
[TestClass]
public sealed class PolicyProverTests
{
    [TestMethod]
    [DataRow("bootstrap")]
    [DataRow("operational")]
    [DataRow("quarantined")]
    public void WhatIsShippedIsProved(string name)
    {
        PolicyProof proof = PolicyProver.Prove(Parse(PolicyTests.Shipped(name)));
        Assert.IsTrue(proof.IsProved, string.Join('\n', proof.Findings));
        Assert.IsGreaterThan(5, proof.Classes);
    }

    /// <summary>Holes: the resources of the allows, those of a deny, and what the prover must show.</summary>
    [TestMethod]
    [DataRow("topic:devices/+/telemetry", "", "anothers-topic", DisplayName = "a wildcard for the id")]
    [DataRow("topic:#", "", "anothers-topic", DisplayName = "everything")]
    [DataRow("topic:*/telemetry", "", "anothers-topic", DisplayName = "a run of characters that spans levels")]
    [DataRow("topic:devices/${deviceId}*", "", "anothers-topic", DisplayName = "a prefix: dev-1 and dev-10")]
    [DataRow("topic:devices/*${deviceId}/telemetry", "", "anothers-topic", DisplayName = "a suffix")]
    [DataRow("topic:devices/*${deviceId}", "", "anothers-topic", DisplayName = "a suffix at the end")]
    [DataRow("topic:devices/${deviceId}${deviceId}/x", "", "anothers-topic", DisplayName = "the id twice")]
    [DataRow("topic:devices/${deviceId}-1/x", "", "anothers-topic", DisplayName = "something behind the id")]
    [DataRow("topic:devices/abc/telemetry", "", "anothers-topic", DisplayName = "one id for all")]
    [DataRow("topic:${deviceId}/telemetry", "", "anothers-topic", DisplayName = "a device called devices")]
    [DataRow("topic:de${deviceId}s/x", "", "anothers-topic", DisplayName = "a device called vice")]
    [DataRow("topic:d${deviceId}vic${deviceId}s/x", "", "anothers-topic", DisplayName = "a device called e")]
    [DataRow("topicfilter:devices/#", "", "anothers-filter", DisplayName = "a filter above the ids")]
    [DataRow("topicfilter:devices/+/commands/#", "", "anothers-filter", DisplayName = "a filter over the ids")]
    [DataRow("topicfilter:devices/${deviceId}*", "", "anothers-filter", DisplayName = "a filter with a prefix")]
    [DataRow("topicfilter:devices/#", "topic:devices/*", "anothers-filter", DisplayName = "the deny is on the wrong kind")]
    [DataRow("topic:devices/#", "topicfilter:devices/*", "anothers-topic", DisplayName = "the deny is on the wrong kind, the other way")]
    [DataRow("topic:devices/+/telemetry", "topic:devices/${deviceId}/telemetry", "anothers-topic", DisplayName = "the deny is on the own topic")]
    [DataRow("topic:devices/+/telemetry", "topic:devices/d*/telemetry", "anothers-topic", DisplayName = "the deny stops some")]
    [DataRow("device:*", "", "another-client-id", DisplayName = "any client id")]
    [DataRow("device:${deviceId}*", "", "another-client-id", DisplayName = "client ids that begin alike")]
    [DataRow("device:station", "", "another-client-id", DisplayName = "one client id for all")]
    [DataRow("topic:#", "", "another-tenants-topic", DisplayName = "every tenant's")]
    [DataRow("topic:*", "topic:devices/#", "another-tenants-topic", DisplayName = "all but the devices'")]
    [DataRow("topic:*/events", "", "another-tenants-topic", DisplayName = "a run of characters over the tenants")]
    [DataRow("topic:+/+/events", "", "another-tenants-topic", DisplayName = "two levels of anything")]
    [DataRow("topic:t*", "", "another-tenants-topic", DisplayName = "what begins as tenants do")]
    [DataRow("topic:tenants/+/events/${deviceId}", "", "another-tenants-topic", DisplayName = "a wildcard for the tenant")]
    [DataRow("topic:tenants/north/events", "", "another-tenants-topic", DisplayName = "one tenant for all")]
    [DataRow("topic:tenants/north", "", "another-tenants-topic", DisplayName = "one tenant's own name")]
    [DataRow("topic:tenants/north*", "", "another-tenants-topic", DisplayName = "a prefix: north and northwest")]
    [DataRow("topic:tenants/${deviceId}/x", "", "another-tenants-topic", DisplayName = "a device called as a tenant")]
    [DataRow("topic:tenants/x${deviceId}/x", "", "another-tenants-topic", DisplayName = "a tenant called as a device and more")]
    [DataRow("topic:${deviceId}/north/x", "", "another-tenants-topic", DisplayName = "a device called tenants")]
    [DataRow("topic:ten${deviceId}s/x", "", "another-tenants-topic", DisplayName = "a device called ant")]
    [DataRow("topic:te${deviceId}a${deviceId}ts/x", "", "another-tenants-topic", DisplayName = "a device called n")]
    [DataRow("topic:tenants/*", "topicfilter:tenants/*", "another-tenants-topic", DisplayName = "the tenants' deny is on the wrong kind")]
    [DataRow("topic:tenants/*", "topic:tenants/n*", "another-tenants-topic", DisplayName = "the deny stops some tenants")]
    [DataRow("topic:tenants/+/x", "topic:tenants/${deviceId}/x", "another-tenants-topic", DisplayName = "the deny is on a tenant called as the device")]
    [DataRow("topic:tenants/+/x", "topic:tenants/north/x topic:tenants/south/x", "another-tenants-topic", DisplayName = "the deny stops those that are known")]
    [DataRow("topicfilter:#", "", "another-tenants-filter", DisplayName = "a filter of everything")]
    [DataRow("topicfilter:+/+/#", "topicfilter:devices/#", "another-tenants-filter", DisplayName = "a filter over all levels")]
    [DataRow("topicfilter:tenants/#", "", "another-tenants-filter", DisplayName = "a filter above the tenants")]
    [DataRow("topicfilter:tenants/+/notices", "", "another-tenants-filter", DisplayName = "a filter over the tenants")]
    [DataRow("topicfilter:tenants/south/#", "", "another-tenants-filter", DisplayName = "a filter of one tenant")]
    [DataRow("topicfilter:+/south/notices", "", "another-tenants-filter", DisplayName = "a filter beside the tenants")]
    public void APlantedHoleIsShown(string allow, string deny, string problem)
    {
        PolicyDocument document = Parse(Document([allow, "topic:tenants/${tenant}/${product}/#", "topicfilter:tenants/${tenant}/*"], Split(deny)));
        PolicyProof proof = PolicyProver.Prove(document);
        Assert.IsFalse(proof.IsProved);
        PolicyFinding finding = proof.Findings.First(f => f.Problem == problem);
        Assert.AreEqual(1, finding.Statement);
        Assert.IsTrue(DeviceId.IsValid(finding.DeviceId));
        (string root, string own) = problem.StartsWith("another-tenants", StringComparison.Ordinal) ? ("tenants", finding.Tenant) : ("devices", finding.DeviceId);
        BoundPolicy policy = document.For(new PolicySubject(finding.DeviceId, finding.Tenant));
        switch (finding.Action)
        {
            case PolicyAction.Connect:
                Assert.AreNotEqual(finding.DeviceId, finding.Resource);
                Assert.AreEqual(PolicyAnswer.Allow, policy.Connect(finding.Resource).Answer);
                break;
            case PolicyAction.Publish:
                Assert.AreEqual(finding.OtherId, OwnerOf(finding.Resource, root));
                Assert.AreNotEqual(finding.OtherId, own);
                Assert.AreEqual(PolicyAnswer.Allow, policy.Publish(finding.Resource).Answer);
                break;
            default:
                Assert.AreNotEqual(finding.OtherId, own);
                TopicLanguage filter = Filter(finding.Resource);
                Assert.IsTrue(filter.Overlaps(Filter($"{root}/{finding.OtherId}/#")), "the filter has a topic of the other");
                Assert.IsTrue(TopicPattern.TryParse(finding.Resource, isPolicyPattern: false, out TopicPattern? parsed, out _));
                Assert.AreEqual(PolicyAnswer.Allow, policy.Subscribe(parsed).Answer);
                break;
        }
    }

    [TestMethod]
    [DataRow("topic:devices/${deviceId}*", "dev-1", "dev-10")]
    [DataRow("topicfilter:devices/${deviceId}*", "dev-1", "dev-10")]
    public void APrefixIsShownByTheObviousPair(string allow, string device, string other)
    {
        PolicyFinding finding = PolicyProver.Prove(Parse(Document([allow], []))).Findings.Single();
        Assert.AreEqual((device, other), (finding.DeviceId, finding.OtherId), finding.ToString());
    }

    /// <summary>What looks like a hole and is none, or is closed by a deny.</summary>
    [TestMethod]
    [DataRow("topic:devices/${deviceId}/*", "")]
    [DataRow("topic:devices/${deviceId}/#", "")]
    [DataRow("topic:Devices/+/x", "")]
    [DataRow("topic:device/*", "")]
    [DataRow("topic:/devices/#", "")]
    [DataRow("topic:devices/${deviceId}_/x", "")]
    [DataRow("topic:devices/A*", "")]
    [DataRow("topic:devices/+/telemetry", "topic:devices/*")]
    [DataRow("topic:*", "topic:devices/# topic:tenants/#")]
    [DataRow("topic:#", "topic:*")]
    [DataRow("topic:tenants/${tenant}/events/${deviceId}", "")]
    [DataRow("topic:tenants/${tenant}/*", "")]
    [DataRow("topic:tenants/${tenant}/#", "topic:tenants/+/secret/#")]
    [DataRow("topic:tenants/${tenant}/${product}/x", "topic:tenants/north/#")]
    [DataRow("topicfilter:tenants/${tenant}/products/${product}/notices/#", "topicfilter:tenants/+/products/+/notices/secret")]
    [DataRow("topicfilter:tenants/${tenant}/+/${tenant}/#", "")]
    [DataRow("topic:tenants", "")]
    [DataRow("topic:tenants/A/x", "")]
    [DataRow("topic:tenants/${deviceId}_/x", "")]
    [DataRow("topic:Tenants/#", "")]
    [DataRow("topic:tenantsx/+", "")]
    [DataRow("topic:tenants/+/x", "topic:tenants/*")]
    [DataRow("topicfilter:tenants/+", "topicfilter:tenants/*")]
    [DataRow("topic:devices/${deviceId}/${deviceId}*", "")]
    [DataRow("topicfilter:devices/+", "topicfilter:devices/*")]
    [DataRow("topicfilter:shared/#", "")]
    [DataRow("device:${deviceId}", "")]
    public void WhatIsNoHoleIsProved(string allow, string deny)
    {
        PolicyProof proof = PolicyProver.Prove(Parse(Document([allow], Split(deny))));
        Assert.IsTrue(proof.IsProved, string.Join('\n', proof.Findings));
    }

    /// <summary>Every document of one allow and one deny from a set, against every pair of short ids and every short topic and filter.</summary>
    [TestMethod]
    public void BruteForceAgrees()
    {
        string[] patterns =
        [
            "devices/${deviceId}/a", "devices/${deviceId}/#", "devices/+/a", "devices/${deviceId}*", "devices/*${deviceId}/a", "devices/a/#", "devices/${deviceId}a/+",
            "devices/*", "#", "devices/+", "${deviceId}/a", "devices/*/a/#", "+/${deviceId}/#", "devices/${deviceId}${deviceId}", "devices/a*b/#", "*a",
        ];
        string[] ids = [.. Names("ab-", 2), "devices"];
        string[] tails = ["", "/a", "/b", "/a/a", "/a/b", "/"];
        string[] filters = [.. ids.Append("+").SelectMany(id => tails.Append("/+").Append("/#").Select(tail => $"devices/{id}{tail}")), "#", "+/+/a", "devices/#", "+/a/#"];
        (string Text, TopicPattern Pattern, TopicLanguage Language)[] parsed = [.. filters.Select(filter => (filter, Pattern(filter), Filter(filter)))];
        int holes = 0;
        foreach (string prefix in new[] { "topic:", "topicfilter:" })
        {
            foreach (string allow in patterns)
            {
                foreach (string deny in patterns.Prepend(""))
                {
                    PolicyDocument document = Parse(Document([prefix + allow], deny.Length == 0 ? [] : [prefix + deny]));
                    PolicyProof proof = PolicyProver.Prove(document);
                    bool hole = ids.Any(id => Reaches(document.For(new PolicySubject(id)), id));
                    holes += hole ? 1 : 0;
                    Assert.IsFalse(proof.Findings.Any(finding => finding.Problem is "undecided" or "deny-does-not-win"), $"{allow} but {deny}: {string.Join(' ', proof.Findings)}");
                    Assert.IsTrue(!hole || !proof.IsProved, $"a hole that is not shown: {prefix}{allow} but {deny}");

                    bool Reaches(BoundPolicy policy, string id)
                    {
                        return prefix == "topic:"
                            ? ids.Any(other => other != id && tails.Any(tail => policy.Publish($"devices/{other}{tail}").Answer == PolicyAnswer.Allow))
                            : parsed.Any(f => policy.Subscribe(f.Pattern).Answer == PolicyAnswer.Allow
                                && ids.Any(other => other != id && tails.Any(tail => f.Language.Contains($"devices/{other}{tail}"))));
                    }
                }
            }
        }

        Assert.IsGreaterThan(100, holes);
    }

    /// <summary>The same for tenants: every device id, tenant and product of a few, those of the others' names among them.</summary>
    [TestMethod]
    public void BruteForceAgreesOnTenants()
    {
        string[] patterns =
        [
            "tenants/${tenant}/${product}/#", "tenants/${tenant}/*", "tenants/+/a", "tenants/a/#", "tenants/${deviceId}/a", "*/a", "#", "+/${deviceId}/#", "${deviceId}/a/#",
        ];
        string[] names = ["a", "b", "tenants"];
        string[] tails = ["", "/a", "/b", "/a/a", "/b/a", "/"];
        string[] filters = [.. names.Append("+").SelectMany(name => tails.Append("/+").Append("/#").Select(tail => $"tenants/{name}{tail}")), "#", "+/+/a", "tenants/#", "+/a/#"];
        (TopicPattern Pattern, TopicLanguage Language)[] parsed = [.. filters.Select(filter => (Pattern(filter), Filter(filter)))];
        PolicySubject[] subjects = [.. names.SelectMany(id => names.Append("").SelectMany(tenant => ((string[])["", "a"]).Select(product => new PolicySubject(id, tenant, product))))];
        int holes = 0;
        int proved = 0;
        foreach (string prefix in new[] { "topic:", "topicfilter:" })
        {
            foreach (string allow in patterns)
            {
                foreach (string deny in patterns.Where(pattern => !pattern.Contains("${tenant}")).Prepend(""))
                {
                    PolicyDocument document = Parse(Document([prefix + allow], deny.Length == 0 ? [] : [prefix + deny]));
                    PolicyProof proof = PolicyProver.Prove(document);
                    bool hole = subjects.Any(subject => Reaches(document.For(subject), subject.Tenant));
                    holes += hole ? 1 : 0;
                    proved += proof.IsProved ? 1 : 0;
                    Assert.IsFalse(proof.Findings.Any(finding => finding.Problem is "undecided" or "deny-does-not-win"), $"{allow} but {deny}: {string.Join(' ', proof.Findings)}");
                    Assert.AreEqual(hole, proof.Findings.Any(finding => finding.OtherId.Length > 0 && finding.Tenant.Length > 0), $"{prefix}{allow} but {deny}: {string.Join(' ', proof.Findings)}");

                    bool Reaches(BoundPolicy policy, string own)
                    {
                        return prefix == "topic:"
                            ? names.Any(other => other != own && tails.Any(tail => policy.Publish($"tenants/{other}{tail}").Answer == PolicyAnswer.Allow))
                            : parsed.Any(f => names.Any(other => other != own && tails.Any(tail => f.Language.Contains($"tenants/{other}{tail}")))
                                && policy.Subscribe(f.Pattern).Answer == PolicyAnswer.Allow);
                    }
                }
            }
        }

        Assert.IsGreaterThan(30, holes);
        Assert.IsGreaterThan(30, proved);
    }

    /// <summary>What the parser refuses is not proved either: the proof rests on where the owner's variables stand.</summary>
    [TestMethod]
    [DataRow(PolicyEffect.Allow, "devices/${tenant}/x")]
    [DataRow(PolicyEffect.Allow, "tenants/${product}/x")]
    [DataRow(PolicyEffect.Allow, "tenants/*/${tenant}/x")]
    [DataRow(PolicyEffect.Allow, "tenants/${tenant}x/x")]
    [DataRow(PolicyEffect.Deny, "tenants/${tenant}/x")]
    public void OwnersVariablesThatStandElsewhereAreNotProved(PolicyEffect effect, string pattern)
    {
        PolicyProof proof = PolicyProver.Prove(new PolicyDocument("2026-01-09", [new PolicyStatement(effect, [PolicyAction.Publish], [new PolicyResource(PolicyAction.Publish, pattern)])]));
        Assert.AreEqual("undecided", proof.Findings.Single().Problem);
        Assert.IsFalse(proof.IsProved);
    }

    /// <summary>The engine is asked as a device that has tenant and product, as one without product, and as nobody's.</summary>
    [TestMethod]
    public void EveryOwnerIsAskedFor()
    {
        string[] denies = ["topic:tenants/+/x"];
        int Classes(params string[] allows) => PolicyProver.Prove(Parse(Document(allows, denies))).Classes;
        Assert.IsGreaterThan(Classes("topic:a"), Classes("topic:a", "topic:tenants/${tenant}/x"));
        Assert.IsGreaterThan(Classes("topic:a", "topic:tenants/${tenant}/x"), Classes("topic:a", "topic:tenants/${tenant}/x", "topic:tenants/${tenant}/${product}"));
    }

    [TestMethod]
    public void WhatCannotBeShownIsNotProvedOfOwnersEither()
    {
        // One character of ids occurs nowhere: no tenant stands apart from a product and an id.
        PolicyProof proof = PolicyProver.Prove(Parse(Document(["topic:tenants/${tenant}/abcdefghijklmnopqrstuvwxyz012345678-"], [])));
        Assert.AreEqual("undecided", proof.Findings.Single().Problem);
    }

    [TestMethod]
    public void WhatCannotBeShownIsNotProved()
    {
        // Every character of ids occurs literally: no id stands apart from the patterns.
        PolicyProof proof = PolicyProver.Prove(Parse(Document(["topic:devices/${deviceId}/abcdefghijklmnopqrstuvwxyz0123456789-"], [])));
        Assert.IsFalse(proof.IsProved);
        Assert.AreEqual("undecided", proof.Findings.Single().Problem);
    }

    private static string Document(string[] allows, string[] denies)
    {
        string Statement(string effect, string resource)
        {
            string actions = effect == "deny" ? "\"connect\",\"publish\",\"subscribe\"" : resource.StartsWith("device:", StringComparison.Ordinal) ? "\"connect\""
                : resource.StartsWith("topic:", StringComparison.Ordinal) ? "\"publish\"" : "\"subscribe\"";
            return $$"""{"effect":"{{effect}}","action":[{{actions}}],"resource":["{{resource}}"]}""";
        }

        IEnumerable<string> statements = allows.Select(allow => Statement("allow", allow)).Concat(denies.Select(deny => Statement("deny", deny)));
        return $$"""{"version":"2026-01-09","statement":[{{string.Join(',', statements)}}]}""";
    }

    private static PolicyDocument Parse(string text)
    {
        Assert.IsTrue(PolicyParser.TryParse(Encoding.UTF8.GetBytes(text), out PolicyDocument? document, out string? problem), problem);
        return document;
    }

    private static string[] Split(string resources)
    {
        return resources.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string OwnerOf(string topic, string root)
    {
        string[] levels = topic.Split('/');
        Assert.AreEqual(root, levels[0]);
        Assert.IsTrue(DeviceId.IsValid(levels[1]));
        return levels[1];
    }

    private static TopicPattern Pattern(string filter)
    {
        Assert.IsTrue(TopicPattern.TryParse(filter, isPolicyPattern: false, out TopicPattern? parsed, out string? problem), problem);
        return parsed;
    }

    private static TopicLanguage Filter(string filter)
    {
        return TopicLanguage.Compile(Pattern(filter));
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
}
