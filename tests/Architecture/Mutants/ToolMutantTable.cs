namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>The checks behind the tools' doors, one a mutant: what is looked for, what stands there instead, which test notices.</summary>
internal static class ToolMutantTable
{
    /// <summary>Where the files lie.</summary>
    internal const string Folder = "tools";

    private const string Never = "if (false)";
    private const string Csr = "Factory/Csr/AcceptedCsr.cs";
    private const string CsrTests = "Factory.CsrPolicyTests.";
    private const string Client = "Fleet/ClientPolicy.cs";
    private const string ClientTests = "Fleet.ClientPolicyTests.";
    private const string Certificate = "Fleet/Broker/ClientCertificate.cs";
    private const string Bound = "Fleet/Policy/BoundPolicy.cs";
    private const string Resource = "Fleet/Policy/PolicyResource.cs";
    private const string Subject = "Fleet/Policy/PolicySubject.cs";
    private const string Classes = "Fleet/Policy/Proof/PolicyClasses.cs";
    private const string Whose = ClientTests + "WhatIsBoundToAnotherOwnerDecidesNothing";
    private const string Parser = "Fleet/Policy/PolicyParser.cs";
    private const string Pattern = "Fleet/Policy/TopicPattern.cs";
    private const string Language = "Fleet/Policy/TopicLanguage.cs";
    private const string PolicyTests = "Fleet.PolicyTests.";
    private const string Taken = "Fleet/Ledger/Ledgers.cs";
    private const string Proof = "Fleet/Ledger/LedgerProof.cs";
    private const string Receipts = "Fleet/Ledger/ReceiptHandler.cs";
    private const string ReceiptTests = "Fleet.WipeTests.OnlyTheDevicesOwnWordAboutItsOwnOrderCounts";
    private const string LedgerTests = "Fleet.LedgerTests.";
    private const string Heads = "Fleet/Backup/HeldHeads.cs";
    private const string LossesFile = "Fleet/Backup/Losses.cs";
    private const string Returned = "Fleet/Backup/ReturnedHead.cs";
    private const string HeadTests = "Fleet.HeldHeadTests.";
    private const string Proven = "Fleet/Claims/ProvenClaim.cs";
    private const string ProvenTests = "Fleet.ProvenClaimTests.";
    private const string States = "Fleet/Registry/Transitions.cs";
    private const string Prover = "Fleet/Policy/Proof/PolicyProver.cs";
    private const string Foreign = "Fleet/Policy/Proof/ForeignNames.cs";
    private const string ProverTests = "Fleet.PolicyProverTests.";
    private const string Table = "Fleet/Policy/PolicyTable.cs";
    private const string Registry = "Fleet/Registry/DeviceRegistry.cs";
    private const string Claiming = "Fleet/Registry/DeviceRegistry.Claims.cs";
    private const string TransitionTests = "Fleet.TransitionTests.";
    private const string Record = "Fleet/Registry/ManufacturingRecord.cs";
    private const string ImportTests = "Fleet.ImportTests.";
    private const string Chain = "Fleet/Broker/CertificateChain.cs";
    private const string ChainTests = "Fleet.CertificateChainTests.";
    private const string Failed = "Fleet/Access/FailedKeys.cs";
    private const string FailedTests = "Fleet.FailedKeysTests.";
    private const string Keys = "Fleet/Access/ApiKeys.cs";
    private const string KeyTests = "Fleet.ApiKeyTests.";
    private const string Share = "Fleet/Watch/DeviceLimits.cs";
    private const string ShareTests = "Fleet.DeviceLimitsTests.ADeviceHasItsShareOfAMinuteAndNoMore";
    private const string Caller = "Fleet/Api/ApiCaller.cs";
    private const string Filter = "Fleet/Api/ApiFilter.cs";
    private const string CallerTests = "Fleet.ApiCallerTests.";
    private const string Restore = "Fleet/Backup/Restore.cs";
    private const string Again = "Fleet/Backup/DoneAgain.cs";
    private const string Certificates = "Fleet/Registry/DeviceRegistry.Certificates.cs";
    private const string Bulk = "Fleet/Registry/DeviceRegistry.Bulk.cs";
    private const string BulkTests = "Fleet.BulkTests.";
    private const string Former = "Fleet/Settings/FormerSettings.cs";
    private const string FormerTests = "Fleet.FormerSettingsTests.";
    private const string LifeTests = "Fleet.CertificateEndTests.";
    private const string RestoreTests = "Fleet.RestoreDoorTests.";
    private const string Token = "Fleet/Tokens/DeviceToken.cs";
    private const string TokenTests = "Fleet.DeviceTokenTests.";
    private const string Scopes = "Fleet.TokenScopesTests.";
    private const string Log = "Signer/ReleaseLog.cs";
    private const string LogTests = "Signer.ReleaseLogTests.";

    internal static readonly Mutant[] All =
    [
        // May this be signed?
        new("log-version", Log, "version.CompareTo(newest) <= 0 ?", "version.CompareTo(newest) < 0 ?", LogTests + "TheHighestOfATypeCountsNotTheLast"),
        new("log-newest", Log, ".Aggregate((a, b) => a.CompareTo(b) >= 0 ? a : b)", ".Last()", LogTests + "TheHighestOfATypeCountsNotTheLast"),
        new("log-counter", Log, "counter < highest ?", "false ?", LogTests + "TheHighestOfATypeCountsNotTheLast"),
        new("log-highest", Log, "before.Max(entry => entry.Counter)", "before[^1].Counter", LogTests + "TheHighestOfATypeCountsNotTheLast"),
        new("log-type", Log, "entry.BoardType == boardType", "entry.BoardType.Length > 0", LogTests + "TheHighestOfATypeCountsNotTheLast"),
        new("log-digest", Log, "entry.Digest == digest", "entry.Digest.Length > 0", LogTests + "TheHighestOfATypeCountsNotTheLast"),
        new("log-head", Log, "!line.StartsWith(Encoding.ASCII.GetBytes(head + \" \")) || ", "", LogTests + "NoByteOfAFinishedLineCanBeChanged"),
        new("log-torn", Log, "_file.SetLength(_end);", "_end = _file.Seek(0, SeekOrigin.End);", LogTests + "ACutInsideAnAppendLeavesWhatWasThere"),
        new("log-lock", Log, "FileAccess.ReadWrite, FileShare.None)", "FileAccess.ReadWrite, FileShare.ReadWrite)", LogTests + "OneProcessAtATime"),

        // May this CSR be signed?
        new("csr-stopped", Csr, "if (history.StoppedBecause is string stopped)", "if (history.StoppedBecause is string stopped && stopped.Length < 0)", CsrTests + "RefusesEverythingWhileTheLineIsStopped"),
        new("csr-nonce", Csr, "if (same is not null && (same.KeyHash != proven.KeyHash || same.Message != proven.Message))", "if (same is not null && same.R.Length < 0)", CsrTests + "ARepeatedNonceIsAnAlarm"),
        new("csr-nonce-message", Csr, " || same.Message != proven.Message))", "))", CsrTests + "ARepeatedNonceIsAnAlarm"),
        new("csr-weak-key", Csr, "return WeakKeys.Contains(proven.KeyHash) ?", "return WeakKeys.Count < 0 ?", CsrTests + "RefusesKeysThatEverybodyKnows"),
        new("csr-set-aside", Csr, "if (setAside is not null && setAside != keyHash)", Never, CsrTests + "RefusesAnIdThatIsSetAsideForAnotherKey"),
        new("csr-restored", Csr, "if (history.IsRestored && setAside is null && sameId is null)", Never, CsrTests + "AfterARestoreIdsAreThoseTheRecordSetAside"),
        new("csr-id", Csr, "if (!Ascii.IsName(assignment.DeviceId))", Never, CsrTests + "RefusesIdsThatAreNone"),
        new("csr-unreadable", Csr, "if (request is null)", Never, CsrTests + "RefusesBytesThatAreNoRequest"),
        new("csr-possession", Csr, "if (!request.ProvesPossession)", Never, CsrTests + "RefusesWithoutProofOfPossession"),
        new("csr-common-name", Csr, "if (request.Subject.CommonName != assignment.DeviceId)", Never, CsrTests + "RefusesOtherNames"),
        new("csr-hardware-id", Csr, " || request.Subject.SerialNumber != assignment.HardwareId)", ")", CsrTests + "RefusesOtherNames"),
        new("csr-hardware-id-form", Csr, "!Ascii.IsName(assignment.HardwareId) || ", "", CsrTests + "RefusesHardwareIdsThatAreNone"),
        new("csr-greeted-key", Csr, "!FixedTime.AreEqual(assignment.KeyHash, request.PublicKey.KeyHash())", "false", CsrTests + "RefusesAnotherKeyThanTheGreetedBoards"),
        new("csr-history", Csr, "return CheckHistory(request.PublicKey, assignment, history);", "return new CsrCheck(CsrVerdict.Accepted, \"accepted\", new AcceptedCsr(assignment, request.PublicKey, false));", CsrTests + "RefusesAnIdThatAnotherKeyHas"),
        new("csr-id-taken", Csr, "if (sameId is not null && sameId.KeyHash != keyHash)", Never, CsrTests + "RefusesAnIdThatAnotherKeyHas"),
        new("csr-key-seen", Csr, "if (sameKey is not null && sameKey.DeviceId != assignment.DeviceId)", Never, CsrTests + "RefusesAKeyThatAnotherIdHas"),
        new("csr-recorded-hardware-id", Csr, "if (sameId is not null && sameId.HardwareId != assignment.HardwareId)", Never, CsrTests + "TheSameBoardMayAskAgainButNotWithOtherHardware"),
        new("csr-repeats", Csr, "history.HasHardwareIdElsewhere(assignment.HardwareId, assignment.DeviceId)", "false", CsrTests + "ARepeatedHardwareIdIsFlaggedNotRefused"),
        new("csr-no-pem", Csr, "if (der is null)", Never, CsrTests + "RefusesBytesThatAreNoRequest"),
        new("csr-no-der", Csr, "if (outer.Failed)", Never, CsrTests + "RefusesBytesThatAreNoRequest"),
        new("csr-attributes", Csr, "if (attributes!.Length > 0)", Never, CsrTests + "RefusesRequestsThatAskForExtensions"),
        new("csr-key-form", Csr, "return P256PublicKey.DecodeSubjectPublicKeyInfo(key, 0, key!.Length) is null", "return false", CsrTests + "RefusesOtherKindsOfKeys"),

        // May this client do this?
        new("client-identity", Client, "out PolicyKind kind) is { } refused)", "out PolicyKind kind) is { Verdict: ClientVerdict.NotEvaluated } refused)", ClientTests + "Registry"),
        new("client-no-certificate", Client, "if (certificate is null)", Never, ClientTests + "Identity"),
        new("client-subject", Client, "if (certificate.Problem is not null)", Never, ClientTests + "Identity"),
        new("client-unknown", Client, "device is null || device.Id != certificate.Id", "device.Id != certificate.Id", ClientTests + "Registry"),
        new("client-other-device", Client, " || device.Id != certificate.Id)", ")", ClientTests + "Registry"),
        new("client-key", Client, "if (device.PublicKeyHash != certificate.PublicKeyHash)", Never, ClientTests + "Registry"),
        new("client-certificate", Client, "if (device.CertificateSha256 != certificate.Fingerprint)", Never, ClientTests + "ACertificateIssuedAnewForTheSameKeyIsNotTheRegisteredOne"),
        new("client-serial-number", Client, "if (certificate.SerialNumber is { } serial && serial != device.Id && serial != device.HardwareId)", Never, ClientTests + "SerialNumber"),
        new("client-state", Client, "kind = PolicyTable.Document(device, local?.Kind ?? CertificateKind.Idevid);\n        if (kind == PolicyKind.None)", "kind = PolicyTable.Document(device, local?.Kind ?? CertificateKind.Idevid);\n        if (false)", ClientTests + "State"),
        new("client-local", Client, "(local is null ? Initial(certificate, device, resource) : Local(certificate, local, resource)) is { } refused", "(local is null ? Initial(certificate, device, resource) : null) is { } refused", ClientTests + "AnOperationalCertificateIsTheOneThatWasIssued"),
        new("client-local-kind", Client, "local.Kind == CertificateKind.Ldevid && ", "", ClientTests + "AnOperationalCertificateIsTheOneThatWasIssued"),
        new("client-local-certificate", Client, " && local.Sha256 == certificate.Fingerprint;", ";", ClientTests + "AnOperationalCertificateIsTheOneThatWasIssued"),
        new("client-local-device", Client, " || local.DeviceId != certificate.Id", "", ClientTests + "AnOperationalCertificateIsTheOneThatWasIssued"),
        new("client-local-key", Client, " || local.PublicKeyHash != certificate.PublicKeyHash)", ")", ClientTests + "AnOperationalCertificateIsTheOneThatWasIssued"),
        new("client-local-ended", Client, "return local.EndedAt is null", "return local.EndReason.Length >= 0", ClientTests + "AnOperationalCertificateIsTheOneThatWasIssued"),
        new("local-choice", Certificates, "FirstOrDefault(c => c.Sha256 == fingerprint)", "FirstOrDefault()", LifeTests + "OfSeveralTheShownOneIsMeantAndNoneIsForgotten"),
        new("local-expired", Certificates, "end < _time.GetUtcNow().UtcDateTime\n", "end < DateTime.MinValue\n", LifeTests + "OfSeveralTheShownOneIsMeantAndNoneIsForgotten"),
        new("local-shown", Certificates, "device.OperationalSha256 != fingerprint)", "device.OperationalSha256.Length == 0)", LifeTests + "OfSeveralTheShownOneIsMeantAndNoneIsForgotten"),
        new("local-key-known", Certificates, " || IsKeyKnown(database, issued.PublicKeyHash))", ")", LifeTests + "OfSeveralTheShownOneIsMeantAndNoneIsForgotten"),
        new("local-end-whose", Certificates, "c.Sha256 == sha256 && c.DeviceId == id)", "c.Sha256 == sha256)", LifeTests + "OneIsEndedAloneAndOnlyAsItsOwnDevices"),
        new("local-end-initial", Certificates, "if (certificate.Kind != CertificateKind.Ldevid || certificate.EndedAt", "if (certificate.EndedAt", LifeTests + "OneIsEndedAloneAndOnlyAsItsOwnDevices"),
        new("local-end-over", Certificates, " || certificate.EndedAt is not null || certificate.NotAfter < now)", ")", LifeTests + "OneIsEndedAloneAndOnlyAsItsOwnDevices"),
        new("again-one-ended", Again, "DeviceRegistry.EndLocals(database, [device.Id], \"ended\", at);", "", RestoreTests + "WhatWasTakenAwaySinceStaysAway"),
        new("local-ends-all", Certificates, "c.Kind == CertificateKind.Ldevid && c.EndedAt == null)", "c.EndedAt == null)", LifeTests + "WhatEndsADeviceEndsItsOperationalCertificatesAlone"),
        new("change-ends-locals", Registry, "EndLocals(database, [id], Word(to), now);", "", LifeTests + "WhatEndsADeviceEndsItsOperationalCertificatesAlone"),
        new("change-ends-given-up", Registry, "if (changed.Tenant != device.Tenant || !PolicyTable.MayConnect(to))", "if (!PolicyTable.MayConnect(to))", LifeTests + "WhatEndsADeviceEndsItsOperationalCertificatesAlone"),
        new("assign-ends-locals", Registry, "EndLocals(database, [id], \"another tenant\", now);", "", LifeTests + "WhatEndsADeviceEndsItsOperationalCertificatesAlone"),
        new("bulk-ends-locals", Bulk, "if (!PolicyTable.MayConnect(first.State))", Never, LifeTests + "WhatEndsADeviceEndsItsOperationalCertificatesAlone"),
        new("bulk-forgets", Bulk, "Forget(device.Id);", "", LifeTests + "WhatEndsADeviceEndsItsOperationalCertificatesAlone"),
        new("bulk-stored-first", Bulk, "ManyRows.Insert(database, pieces);", "", BulkTests + "WhatAServerThatDiedHadDecidedTheNextOneDoes"),
        new("bulk-once", Bulk, "row.Number == piece.Number).ExecuteDelete();", "row.Number == piece.Number).Any();", BulkTests + "WhatAServerThatDiedHadDecidedTheNextOneDoes"),
        new("bulk-only-what-was-meant", "Fleet/Registry/BulkPiece.cs", ".Where(device => lines.Contains(Line(device)))", "", BulkTests + "WhoIsConnectedIsFirstAndOthersChangeBetweenTheParts"),
        new("bulk-preview", Bulk, "if (!change.Rehearse && change.Confirm != result.Digest)", Never, BulkTests + "APreviewIsConfirmedAndAReleaseUndoesThatOperationAlone"),
        new("client-policy-of-another", Client, "return policies.Subject.Is(device) ? null : BoundToAnother(resource);", "return null;", ClientTests + "ZeroRefuses"),
        new("client-named-of-another", Client, "if (!policies.Subject.Is(device))", Never, Whose),
        new("subject-id", Subject, "DeviceId == device.Id && ", "", ClientTests + "ZeroRefuses"),
        new("subject-tenant", Subject, "Tenant == device.Tenant || ", "true || ", Whose),
        new("subject-no-tenant", Subject, "Tenant.Length == 0 && !Bytes", "Tenant.Length == 0 || !Bytes", Whose),
        new("subject-product", Subject, " && Product == device.Product", "", Whose),
        new("subject-odd-tenant", Subject, "Tenants.IsValid(device.Tenant) ? device.Tenant : \"\"", "device.Tenant", Whose),
        new("subject-name", Subject, "return value.Length == 0 || Bytes.Ascii.IsName(value) ? value", "return true ? value", Whose),
        new("client-id", Client, "if (connect.ClientId != id)", Never, ClientTests + "ConnectDetails"),
        new("client-user-name", Client, "if (connect.UserName is not null && connect.UserName != id)", Never, ClientTests + "ConnectDetails"),
        new("client-connect-policy", Client, "Answer(policy.Connect(connect.ClientId), resource)", "Answer(new PolicyEvaluation(PolicyAnswer.Allow, 1), resource)", ClientTests + "AConnectThatThePolicyDoesNotAllowStaysDenied"),
        new("client-will", Client, "return decision.IsAllowed && connect.WillTopic is not null", "return false", ClientTests + "ConnectDetails"),
        new("client-will-alone", Client, "return decision.IsAllowed && connect.WillTopic is not null", "return connect.WillTopic is not null", ClientTests + "AConnectThatThePolicyDoesNotAllowStaysDenied"),
        new("client-reserved-topic", Client, "if (topic.StartsWith('$'))", Never, ClientTests + "Publish"),
        new("client-topic-form", Client, "TopicPattern.Malformed(topic) ?? TopicPattern.TooDeep(topic) ??", "TopicPattern.TooDeep(topic) ??", ClientTests + "Publish"),
        new("client-topic-wildcard", Client, "topic.AsSpan().IndexOfAny('+', '#') >= 0", "false", ClientTests + "Publish"),
        new("client-publish-policy", Client, "? Answer(policy.Publish(topic), resource)", "? Answer(new PolicyEvaluation(PolicyAnswer.Allow, 2), resource)", ClientTests + "Publish"),
        new("client-reserved-filter", Client, "if (filter.StartsWith('$'))", Never, ClientTests + "Subscribe"),
        new("client-subscribe-policy", Client, "? Answer(policy.Subscribe(parsed), resource)", "? Answer(new PolicyEvaluation(PolicyAnswer.Allow, 3), resource)", ClientTests + "Subscribe"),
        new("client-explicit-deny", Client, "PolicyAnswer.ExplicitDeny => new ClientPolicy(\n                ClientVerdict.ExplicitDeny,", "PolicyAnswer.ExplicitDeny => new ClientPolicy(\n                ClientVerdict.Allowed,", ClientTests + "ADenyOfAFilterNamesItsStatement"),
        new("client-default-deny", Client, "new ClientPolicy(ClientVerdict.DefaultDeny,", "new ClientPolicy(ClientVerdict.Allowed,", ClientTests + "Publish"),
        new("subject-several-values", Certificate, "if (part.HasMultipleElements)", Never, ClientTests + "ASubjectPartOfSeveralValuesNamesNobody"),
        new("subject-one-name", Certificate, "names.Count != 1", "names.Count == 0", ClientTests + "Identity"),
        new("subject-no-name", Certificate, "names.Count != 1", "names.Count > 1", ClientTests + "Identity"),
        new("subject-one-serial-number", Certificate, " || serials.Count > 1", "", ClientTests + "Identity"),
        new("subject-id-form", Certificate, ": !DeviceId.IsValid(names[0])", ": false", ClientTests + "Identity"),
        new("id-length", "Fleet/Registry/DeviceId.cs", "{ Length: >= 1 and <= MaximumLength }", "{ Length: >= 1 }", ClientTests + "Identity"),
        new("id-empty", "Fleet/Registry/DeviceId.cs", "{ Length: >= 1 and <= MaximumLength }", "{ Length: <= MaximumLength }", ImportTests + "AMalformedRecordIsRefusedWithItsPlace"),
        new("id-characters", "Fleet/Registry/DeviceId.cs", "text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')", "true", ClientTests + "Identity"),

        // What the policy document says: deny first, default deny.
        new("policy-default-deny", Bound, "PolicyEvaluation answer = default;", "PolicyEvaluation answer = new(PolicyAnswer.Allow, 0);", PolicyTests + "OperationalPublish"),
        new("policy-deny", Bound, "if (rule.Effect == PolicyEffect.Deny)", Never, PolicyTests + "AnyDenyWinsWhereverItStands"),
        new("policy-deny-before-allow", Bound, "return new PolicyEvaluation(PolicyAnswer.ExplicitDeny, rule.Statement);", "answer = new PolicyEvaluation(PolicyAnswer.ExplicitDeny, rule.Statement); continue;", PolicyTests + "AnyDenyWinsWhereverItStands"),
        new("policy-deny-after-allow", Bound, "(rule.Effect == PolicyEffect.Allow && answer.Answer == PolicyAnswer.Allow)", "answer.Answer == PolicyAnswer.Allow", PolicyTests + "AnyDenyWinsWhereverItStands"),
        new("policy-first-allow", Bound, "(rule.Effect == PolicyEffect.Allow && answer.Answer == PolicyAnswer.Allow) || ", "", PolicyTests + "TheFirstAllowThatBitesIsNamed"),
        new("policy-action", Bound, "rule.Action != action || ", "", PolicyTests + "ADenyOnTopicIsNoDenyOnTopicFilter"),
        new("policy-bites", Bound, " || !Bites(rule, name, requested))", ")", PolicyTests + "OperationalConnect"),
        new("policy-concerns", Bound, ".Where(resource => statement.Actions.Contains(resource.Concerns))", "", PolicyTests + "AResourceOfNoActionOfItsStatementSaysNothing"),
        new("policy-allow-covers", Bound, ": rule.Language.Covers(requested)", ": rule.Language.Overlaps(requested)", PolicyTests + "OperationalSubscribe"),
        new("policy-deny-overlaps", Bound, "? rule.Language.Overlaps(requested)", "? rule.Language.Covers(requested)", PolicyTests + "ADenyOnTopicFilterBitesWhereItCanOverlap"),
        new("policy-variable", Resource, "if (text.Contains('$', StringComparison.Ordinal))", Never, PolicyTests + "MalformedStatements"),
        new("policy-client-id-pattern", Resource, "if (Concerns == PolicyAction.Connect && text.AsSpan().IndexOfAny(\"/+#\") >= 0)", Never, PolicyTests + "MalformedStatements"),
        new("policy-client-id-level", Resource, "IndexOfAny(\"/+#\")", "IndexOfAny(\"/#\")", PolicyTests + "MalformedStatements"),
        new("policy-client-id-subtree", Resource, "IndexOfAny(\"/+#\")", "IndexOfAny(\"/+\")", PolicyTests + "MalformedStatements"),
        new("policy-date", Parser, "if (!DateOnly.TryParseExact(version, \"yyyy-MM-dd\", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))", Never, PolicyTests + "MalformedDocuments"),
        new("policy-effect", Parser, "_ => null };\n        if (effect is null)", "_ => PolicyEffect.Allow };\n        if (effect is null)", PolicyTests + "MalformedStatements"),
        new("policy-action-twice", Parser, " || actions.Contains(known))", ")", PolicyTests + "MalformedStatements"),
        new("policy-action-word", Parser, "\"subscribe\" => PolicyAction.Subscribe,\n                _ => null,", "\"subscribe\" => PolicyAction.Subscribe,\n                _ => PolicyAction.Subscribe,", PolicyTests + "MalformedStatements"),
        new("policy-says-nothing", Parser, "if (_problem is null && !resources.Any(resource => actions.Contains(resource.Concerns)))", Never, PolicyTests + "MalformedStatements"),
        new("policy-resources-in-all", Parser, "++_resources > MaximumResourcesInAll", "false", PolicyTests + "BoundsOfADocument"),
        new("policy-prefix", Parser, "\"topicfilter\" => PolicyAction.Subscribe,\n            _ => null,", "\"topicfilter\" => PolicyAction.Subscribe,\n            _ => PolicyAction.Publish,", PolicyTests + "MalformedStatements"),
        new("policy-resource-form", Parser, ": resource.TryCompile(PolicySubject.Longest, out _, out string? problem) ?", ": resource.TryCompile(PolicySubject.Longest, out _, out string? problem) || true ?", PolicyTests + "MalformedStatements"),
        new("policy-resource-longest", Parser, "TryCompile(PolicySubject.Longest,", "TryCompile(new PolicySubject(\"x\", \"x\", \"x\"),", PolicyTests + "BoundsOfADocument"),
        new("policy-owner-misplaced", Parser, "resource.Misplaced(effect) is { } misplaced ?", "resource.Misplaced(effect) is { } misplaced && false ?", PolicyTests + "MalformedStatements"),
        new("policy-owner-deny", Resource, ": effect == PolicyEffect.Deny ?", ": false ?", PolicyTests + "MalformedStatements"),
        new("policy-owner-begins", Resource, ": !Pattern.StartsWith(OwnTenant, StringComparison.Ordinal) ?", ": false ?", PolicyTests + "MalformedStatements"),
        new("policy-owner-level", Resource, "level is not (TenantVariable or ProductVariable) && ", "false && ", PolicyTests + "MalformedStatements"),
        new("policy-unbound", Bound, "if (statement.Effect == PolicyEffect.Allow && !resource.IsBoundBy(subject))", Never, PolicyTests + "TheOwnersVariables"),
        new("policy-unbound-deny", Bound, "if (statement.Effect == PolicyEffect.Allow && !resource", "if (!resource", PolicyTests + "ADenyThatNamesAnOwnerIsNotBoundWithoutOne"),
        new("policy-unbound-tenant", Resource, "(subject.Tenant.Length > 0 || !Has(Pattern, TenantVariable))", "true", PolicyTests + "TheOwnersVariables"),
        new("policy-unbound-product", Resource, "(subject.Product.Length > 0 || !Has(Pattern, ProductVariable))", "true", PolicyTests + "TheOwnersVariables"),
        new("policy-unbound-empty", Resource, "text = value.Length == 0 ? text : text.Replace(", "text = text.Replace(", PolicyTests + "ADenyThatNamesAnOwnerIsNotBoundWithoutOne"),
        new("policy-members", Parser, "if (!StrictJson.TryMembers(element, names, [], out members, out string? problem))", "if (!StrictJson.TryMembers(element, names, [\"comment\", \"condition\"], out members, out string? problem))", PolicyTests + "MalformedDocuments"),
        new("policy-items-array", Parser, "element.ValueKind != JsonValueKind.Array || ", "", PolicyTests + "MalformedDocuments"),
        new("policy-items-none", Parser, "element.GetArrayLength() is 0 || ", "", PolicyTests + "MalformedDocuments"),
        new("policy-items-many", Parser, " || element.GetArrayLength() > maximum)", ")", PolicyTests + "BoundsOfADocument"),
        new("policy-problem", Parser, "return problem is null;", "return true;", PolicyTests + "MalformedStatements"),
        new("pattern-length", Pattern, "if (text.Length is 0 or > MaximumLength)", "if (text.Length is 0)", PolicyTests + "BoundsOfADocument"),
        new("pattern-empty", Pattern, "if (text.Length is 0 or > MaximumLength)", "if (text.Length > MaximumLength)", PolicyTests + "MalformedStatements"),
        new("pattern-printable", Pattern, "if (c is < ' ' or > '~')", Never, ClientTests + "Publish"),
        new("pattern-malformed", Pattern, "if (problem is not null)", Never, PolicyTests + "MalformedStatements"),
        new("pattern-subtree-last", Pattern, "levels[i] == \"#\" && last", "levels[i] == \"#\"", PolicyTests + "MalformedStatements"),
        new("pattern-level-after-any", Pattern, "if (anySeen)", Never, PolicyTests + "MalformedStatements"),
        new("pattern-whole-level", Pattern, "if (c is '+' or '#')", Never, PolicyTests + "MalformedStatements"),
        new("pattern-any-in-filter", Pattern, "c == '*' && isPolicyPattern", "c == '*'", PolicyTests + "CoverageAndOverlap"),
        new("language-whole-name", Language, "            }\n        }\n\n        return _accepts[state];", "            }\n        }\n\n        return true;", PolicyTests + "Membership"),
        new("language-covers", Language, "theirs && !mine", "false", PolicyTests + "CoverageAndOverlap"),
        new("language-overlaps", Language, "theirs && mine", "false", PolicyTests + "CoverageAndOverlap"),
        new("language-overlaps-any", Language, "theirs && mine", "theirs", PolicyTests + "CoverageAndOverlap"),
        new("language-no-subtree", Language, "pattern.Subtree && character == '/'", "character == '/'", PolicyTests + "Membership"),
        new("language-subtree", Language, "pattern.Subtree && character == '/'", "pattern.Subtree", PolicyTests + "Membership"),
        new("language-level", Language, "case TopicPattern.TokenKind.Level when character != '/':", "case TopicPattern.TokenKind.Level:", PolicyTests + "Membership"),
        new("language-literal", Language, "case TopicPattern.TokenKind.Literal when token.Character == character:", "case TopicPattern.TokenKind.Literal:", PolicyTests + "Membership"),

        // Which state may follow which.
        new("states-from", States, "row.From == from && row.To == to", "row.To == to", TransitionTests + "EveryPairForEveryActor"),
        new("states-to", States, "row.From == from && row.To == to", "row.From == from", TransitionTests + "EveryPairForEveryActor"),
        new("states-back-from-revoked", States, "(DeviceState.Revoked,      DeviceState.Retired,     [Actor.Operator]),", "(DeviceState.Revoked, DeviceState.Retired, [Actor.Operator]), (DeviceState.Revoked, DeviceState.Active, [Actor.Operator]),", TransitionTests + "EveryPairForEveryActor"),
        new("states-owner-releases", States, "(DeviceState.Quarantined,  DeviceState.Active,      [Actor.Operator]),", "(DeviceState.Quarantined, DeviceState.Active, [Actor.Operator, Actor.Owner]),", TransitionTests + "EveryPairForEveryActor"),
        new("states-device-claims", States, "(DeviceState.Shipped,      DeviceState.Claimed,     [Actor.Owner]),", "(DeviceState.Shipped, DeviceState.Claimed, [Actor.Owner, Actor.Device]),", TransitionTests + "EveryPairForEveryActor"),

        // What the prover calls proved.
        new("prover-allow", Prover, "if (!allow.Accepts(states[0]) || !foreign.Accepts(states[1]) || denies", "if (denies", ProverTests + "WhatIsNoHoleIsProved"),
        new("prover-deny", Prover, " || denies.Where((deny, i) => deny.Accepts(states[i + 2])).Any())", ")", ProverTests + "WhatIsNoHoleIsProved"),
        new("prover-root", Prover, " ?? InRoot(document, action, foreign, rule, rules)", "", ProverTests + "APlantedHoleIsShown"),
        new("prover-own-id-alone", Foreign, "names._next[(own, '\\u0001')] = other[1];", "", ProverTests + "APrefixIsShownByTheObviousPair"),
        new("prover-tenants", Foreign, "[ClientIds] : [Devices, Tenants]", "[ClientIds] : [Devices]", ProverTests + "APlantedHoleIsShown"),
        new("prover-own-tenant", Foreign, "if (hasOwn)", "if (true)", ProverTests + "APlantedHoleIsShown"),
        new("prover-begins-with-id", Resource, "Has(Pattern.Split('/')[0], DeviceIdVariable)", "false", ProverTests + "APlantedHoleIsShown"),
        new("prover-spelled", Prover, "new([.. rules.Select(rule => rule.Language)], ForeignNames.Spelled)", "new([.. rules.Select(rule => rule.Language)])", ProverTests + "APlantedHoleIsShown"),
        new("prover-misplaced", Prover, "if (findings.Count > 0)", Never, ProverTests + "OwnersVariablesThatStandElsewhereAreNotProved"),
        new("prover-owners", Classes, "[new PolicySubject(\"\", free[0], free[1]), new PolicySubject(\"\", free[0]), new PolicySubject(\"\")]", "[new PolicySubject(\"\")]", ProverTests + "EveryOwnerIsAskedFor"),
        new("prover-owners-apart", Classes, "free.Length < 2 ? [null]", "free.Length < 2 ? [new PolicySubject(\"\")]", ProverTests + "WhatCannotBeShownIsNotProvedOfOwnersEither"),
        new("prover-fresh", Classes, "findings.Add(new PolicyFinding(\"undecided\", action, \"\", \"\", \"the document uses every character that an id can have\", 0));", "", ProverTests + "WhatCannotBeShownIsNotProved"),

        // Who calls the API?
        new("key-hash", Keys, " && CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(key.Hash))", "", KeyTests + "AKeyHoldsUntilItIsRevokedAndNothingElseHolds"),
        new("key-revoked", Keys, "key.RevokedAt is null && ", "", KeyTests + "AKeyHoldsUntilItIsRevokedAndNothingElseHolds"),
        new("key-scheme", Keys, "authorization.StartsWith(Scheme, StringComparison.Ordinal)", "authorization.Length > Scheme.Length", KeyTests + "AKeyHoldsUntilItIsRevokedAndNothingElseHolds"),
        new("key-form", Keys, "\n            && IsKey(authorization[Scheme.Length..])", "", KeyTests + "AKeyHoldsUntilItIsRevokedAndNothingElseHolds"),
        new("key-roles", Keys, "roles == ApiRoles.None || ", "", KeyTests + "ATenantsKeyIsOperatorOrAuditor"),
        new("key-tenant", Keys, "(tenant is not null && !Tenants.IsValid(tenant))", "false", KeyTests + "ATenantsKeyIsOperatorOrAuditor"),
        new("key-tenant-roles", Keys, "(roles & ~(ApiRoles.Operator | ApiRoles.Auditor)) != 0", "false", KeyTests + "ATenantsKeyIsOperatorOrAuditor"),
        new("failed-address", Failed, "Count(\"address \" + address) < Limit && ", "", FailedTests + "AnAddressHasItsLimitForAMinute"),
        new("failed-key", Failed, "(keyId is null || Count(\"key \" + keyId) < Limit)", "true", FailedTests + "AKeyHasItsLimitFromWhereverItIsTried"),
        new("failed-held", Failed, " && _held.ContainsKey(Pair(address, keyId))", "", FailedTests + "AKeyHasItsLimitFromWhereverItIsTried"),
        new("failed-held-until", Failed, "                Forget(Pair(address, keyId));", "", FailedTests + "AKeyHasItsLimitFromWhereverItIsTried"),
        new("failed-others", Failed, "_failures.ContainsKey(name) || _failures.Count < Remembered ? name : Others", "name", FailedTests + "ManyAddressesFillNoMemoryAndShareOneCount"),
        new("failed-held-bound", Failed, "if (_held.Count > Remembered)", Never, FailedTests + "ManyAddressesFillNoMemoryAndShareOneCount"),
        new("failed-minute", Failed, "if (minute != _minute)", Never, FailedTests + "AnAddressHasItsLimitForAMinute"),

        // Whose settings are these?
        new("former-change", Registry, "EndSettings(database, device, changed, now);\n            new AuditWriter(database).Append(Fact(", "new AuditWriter(database).Append(Fact(", FormerTests + "EachChangeOfTheTenantEndsThemAndTheNumberRises"),
        new("former-assign", Registry, "EndSettings(database, device, changed, now);\n            new AuditWriter(database).Append(new AuditFact { Kind = \"tenant\"", "new AuditWriter(database).Append(new AuditFact { Kind = \"tenant\"", FormerTests + "EachChangeOfTheTenantEndsThemAndTheNumberRises"),
        new("former-claim", Claiming, "EndSettings(database, device, active, now);", "", FormerTests + "EachChangeOfTheTenantEndsThemAndTheNumberRises"),
        new("former-status", Registry, ", LastEvent = \"\", LastVerdict = \"\", LastReason = \"\"", "", FormerTests + "EachChangeOfTheTenantEndsThemAndTheNumberRises"),
        new("former-reason", Registry, "? \"another tenant\" : device.StateReason;", "? device.StateReason : device.StateReason;", FormerTests + "EachChangeOfTheTenantEndsThemAndTheNumberRises"),
        new("former-meanwhile", Claiming, "Find(id)?.Tenant == tenant ? act()", "tenant.Length > 0 ? act()", FormerTests + "WhatTheFormerTenantSetsMeanwhileIsNotSet"),
        new("former-number", Former, "isLast ? before.Version : last + 1", "before.Version", FormerTests + "EachChangeOfTheTenantEndsThemAndTheNumberRises"),
        new("former-above-board", Former, "Math.Max(before.Version, before.InForce)", "before.Version", FormerTests + "ABoardThatIsAheadIsFollowed"),
        new("former-values", Former, ".SetProperty(row => row.Members, None)", ".SetProperty(row => row.Members, before.Members)", FormerTests + "EachChangeOfTheTenantEndsThemAndTheNumberRises"),
        new("former-words", Former, ".SetProperty(row => row.Reason, \"\")", ".SetProperty(row => row.Reason, before.Reason)", FormerTests + "EachChangeOfTheTenantEndsThemAndTheNumberRises"),
        new("former-again-given-up", Again, "if (moved.Tenant != device.Tenant)\n", Never + "\n", RestoreTests + "WhatWasTakenAwaySinceStaysAway"),
        new("former-again-moved", Again, "\"another tenant\", at);\n                FormerSettings.End(database, device.Id, at);", "\"another tenant\", at);", RestoreTests + "WhatWasTakenAwaySinceStaysAway"),

        // May this key use that resource, and whose devices are its?
        new("caller-key", Caller, "return key is null ? new Refusal", "return key is null ? null : key.Id.Length == 0 ? new Refusal", CallerTests + "AResourceTakesItsRolesAndNoOther"),
        new("caller-roles", Caller, "(key.Roles & needed) == 0 ?", "key.Roles == 0 ?", CallerTests + "AResourceTakesItsRolesAndNoOther"),
        new("caller-tenant", Caller, "Key.Tenant is null || device.Tenant == Key.Tenant", "true", CallerTests + "ATenantsKeySeesItsOwnDevicesAndNothingOfAll"),
        new("caller-nobodys", Caller, "device.Tenant == Key.Tenant", "device.Tenant.Length == 0 || device.Tenant == Key.Tenant", CallerTests + "ATenantsKeySeesItsOwnDevicesAndNothingOfAll"),
        new("caller-whole-fleet", Caller, "return Key.Tenant is null ? null : new Refusal", "return Key.Tenant is null || Key.Roles != 0 ? null : new Refusal", CallerTests + "ATenantsKeySeesItsOwnDevicesAndNothingOfAll"),
        new("caller-account", Caller, "(Key.Roles & needed) != 0 ? null", "Key.Roles != 0 ? null", CallerTests + "NobodySpeaksForAnAccountOfAnotherRole"),
        new("filter-tenant", Filter, "Tenant = caller.Key.Tenant ?? tenant,", "Tenant = tenant,", CallerTests + "AFilterIsNarrowedToTheTenant"),
        new("filter-other-tenant", Filter, "caller.Key.Tenant is not null && tenant is not null && tenant != caller.Key.Tenant", "false", CallerTests + "AFilterIsNarrowedToTheTenant"),

        // May this backup be served?
        new("restore-older", Restore, "if (wanted <= end.Sequence)", "if (wanted <= end.Sequence || entriesFile is null)", RestoreTests + "WhatWasRevokedOrQuarantinedSinceStaysSo"),
        new("restore-fork", Restore, "AuditWalk.Walk(AuditFile.Read(entriesFile), heads);", "", RestoreTests + "EntriesOfAnotherHistoryRefuse"),
        new("restore-claims", Restore, "EndOpenClaims(database, now);\n", "", RestoreTests + "AClaimThatWasUsedSinceIsNotUsedAgain"),
        new("restore-history", Restore, "new AuditFact { Kind = \"restored\"", "new AuditFact { Kind = \"seed\"", RestoreTests + "WhatWasRevokedOrQuarantinedSinceStaysSo"),
        new("again-state", Again, "database.Update(moved);", "", RestoreTests + "WhatWasRevokedOrQuarantinedSinceStaysSo"),
        new("again-tenant", Again, "database.Update(DeviceRegistry.Freed(device));", "", RestoreTests + "WhatWasTakenAwaySinceStaysAway"),
        new("again-ends-locals", Again, "if (moved.Tenant != device.Tenant || !PolicyTable.MayConnect(to))", "if (moved.Tenant != device.Tenant)", RestoreTests + "WhatWasRevokedOrQuarantinedSinceStaysSo"),
        new("again-ends-given-up", Again, "if (moved.Tenant != device.Tenant || !PolicyTable.MayConnect(to))", "if (!PolicyTable.MayConnect(to))", RestoreTests + "WhatWasTakenAwaySinceStaysAway"),
        new("again-ends-moved", Again, "DeviceRegistry.EndLocals(database, [device.Id], \"another tenant\", at);", "", RestoreTests + "WhatWasTakenAwaySinceStaysAway"),
        new("again-erased", Again, "Erase(database, device);\n", "", RestoreTests + "WhatWasTakenAwaySinceStaysAway"),
        new("again-keys", Again, "database.Set<ApiKey>().Where(key => key.RevokedAt == null).ExecuteUpdate(set => set.SetProperty(key => key.RevokedAt, at));", "", RestoreTests + "WhatWasTakenAwaySinceStaysAway"),
        new("again-unknown", Again, "case var kind when _gave.Contains(kind):", "case var kind when _gave.Contains(kind) || kind == \"import\":", RestoreTests + "WhatIsNotInTheAuditRefuses"),
        new("again-claimant", Again, "?.Tenant ?? \"\";\n    }", "?.Name ?? \"\";\n    }", RestoreTests + "AClaimThatWasUsedSinceIsNotUsedAgain"),

        // Does this token open that resource?
        new("token-length", Token, "if (text.Length > MaximumLength)", Never, TokenTests + "TooLong"),
        new("token-kind", Token, "ValidTypes = [Kind],", "", TokenTests + "AnotherKindOfToken"),
        new("token-issuer", Token, "ValidIssuer = issuer,", "ValidIssuer = issuer, ValidateIssuer = false,", TokenTests + "AnotherIssuer"),
        new("token-audience", Token, "ValidAudience = TokenScopes.Own,", "ValidateAudience = false,", TokenTests + "AnotherAudience"),
        new("token-key", Token, "id is not null && key(id) is { } known ? [known] : []", "key(\"key-1\") is { } known ? [known] : []", TokenTests + "AKeyThatIsNotInTheSet"),
        new("token-until", Token, "now.UtcDateTime < end", "now.UtcDateTime <= end", TokenTests + "Expired"),
        new("token-from", Token, "begin <= now.UtcDateTime && ", "", TokenTests + "Expired"),
        new("token-no-end", Token, "from is { } begin && until is { } end && begin <= now.UtcDateTime && now.UtcDateTime < end", "from is { } begin && begin <= now.UtcDateTime && (until is not { } end || now.UtcDateTime < end)", TokenTests + "Expired"),
        new("token-state", "Fleet/Tokens/TokenScopes.cs", "device.State is not (DeviceState.Claimed or DeviceState.Active)", "device.State is DeviceState.Revoked", TokenTests + "AnotherState"),
        new("token-nobodys", "Fleet/Tokens/TokenScopes.cs", "device.Tenant.Length == 0 ?", "false ?", TokenTests + "Nobodys"),
        new("token-no-product", "Fleet/Tokens/TokenScopes.cs", "if (value(device).Length == 0)", Never, Scopes + "AScopeIsItsTenantsAndProductsOwn"),
        new("token-border", "Fleet/Tokens/TokenScopes.cs", "word.Split(_borders).All(part => _variables.ContainsKey(part) ||", "word.Split(_borders).All(part => _variables.Keys.Any(part.Contains) ||", Scopes + "AFileOfScopesThatIsNoneStopsTheServer"),
        new("token-registry", Token, "if (TokenScopes.MayHave(device) is { } refusal)", "if (TokenScopes.MayHave(device) is { Status: 0 } refusal)", TokenTests + "AnotherState"),
        new("token-tenant", Token, " || tenant != device.Tenant)", ")", TokenTests + "AnotherTenant"),
        new("token-before-state", Token, "device.StateAt is { } since && token.IssuedAt", "device.StateAt is { Ticks: 0 } since && token.IssuedAt", TokenTests + "IssuedBeforeTheStateChanged"),
        new("token-scope", Token, "scopes.Split(' ').Contains(scope)", "scopes.Contains(scope)", TokenTests + "AnotherScope"),

        // How much may a device do?
        new("share-connects", Share, "connects > 0 && spent.Connects > limits.Connects", "false", ShareTests),
        new("share-messages", Share, "messages > 0 && spent.Messages > limits.Messages", "false", ShareTests),
        new("share-bytes", Share, "messages > 0 && spent.Bytes > limits.Bytes", "false", ShareTests),
        new("share-tokens", Share, "++spent.Tokens > limits.Tokens", "false", ShareTests),
        new("share-requests", Share, "++spent.Requests > limits.Requests", "false", ShareTests),
        new("share-connects-alone", Share, "connects > 0 && spent", "spent", ShareTests),
        new("share-minute", Share, "if (spent.Minute != minute)", Never, ShareTests),
        new("share-own", Share, "_spent.GetOrAdd(deviceId,", "_spent.GetOrAdd(\"\",", ShareTests),

        // Which identity gets which document.
        new("table-state", Table, "row.State == state && row.Certificate == certificate", "row.Certificate == certificate", ClientTests + "TheStateChoosesTheDocument"),
        new("table-quarantined", Table, "(DeviceState.Quarantined, CertificateKind.Idevid, PolicyKind.Quarantined),", "(DeviceState.Quarantined, CertificateKind.Idevid, PolicyKind.Operational),", ClientTests + "TheStateChoosesTheDocument"),
        new("table-shipped", Table, "(DeviceState.Shipped,     CertificateKind.Idevid, PolicyKind.Bootstrap),", "(DeviceState.Shipped, CertificateKind.Idevid, PolicyKind.Operational),", ClientTests + "TheStateChoosesTheDocument"),
        new("table-revoked", Table, "return _table.Any(row => row.State == state);", "return true;", TransitionTests + "WhoMayConnect"),
        new("change-table", Registry, "if (actors.Count == 0)", Never, TransitionTests + "EveryPairForEveryActor"),
        new("change-actor", Registry, "if (!actors.Contains(actor))", Never, TransitionTests + "EveryPairForEveryActor"),
        new("change-audit", Registry, "new AuditWriter(database).Append(Fact(device, changed, who, reason), now);", "", TransitionTests + "EveryPairForEveryActor"),
        new("change-release", Registry, "if (releases && to != device.StateBefore)", Never, TransitionTests + "ReleaseLeadsBackToTheStateBeforeAndNoFurther"),
        new("change-reason-empty", Registry, "reason.Length is 0 or > MaximumReason", "reason.Length > MaximumReason", TransitionTests + "AReasonIsDemanded"),
        new("change-reason-length", Registry, "reason.Length is 0 or > MaximumReason", "reason.Length is 0", TransitionTests + "AReasonHasAnEnd"),
        new("change-reason-printable", Registry, " || reason.Any(char.IsControl)", "", TransitionTests + "AReasonIsDemanded"),
        new("store-state", Registry, "if (changed.State != device.State || changed.Id != device.Id)", Never, TransitionTests + "NothingButChangeStateChangesAState"),
        new("store-id", Registry, " || changed.Id != device.Id)", ")", TransitionTests + "NothingButChangeStateChangesAState"),

        // Whose record is this?
        new("import-differs", Registry, "if (!SameRecord(known, record))", Never, ImportTests + "ADifferentRecordUnderAKnownIdIsRefused"),
        new("import-hardware-id", Registry, "known.HardwareId == record.HardwareId", "true", ImportTests + "ADifferentRecordUnderAKnownIdIsRefused"),
        new("import-same-key", Registry, "\n            && known.PublicKeyHash == record.PublicKeyHash", "", ImportTests + "ADifferentRecordUnderAKnownIdIsRefused"),
        new("import-same-certificate", Registry, "\n            && known.CertificateSha256 == record.CertificateSha256", "", ImportTests + "ADifferentRecordUnderAKnownIdIsRefused"),
        new("import-batch", Registry, "\n            && known.Batch == record.Batch", "", ImportTests + "ADifferentRecordUnderAKnownIdIsRefused"),
        new("import-line", Registry, "\n            && known.Line == record.Line", "", ImportTests + "ADifferentRecordUnderAKnownIdIsRefused"),
        new("import-station", Registry, "\n            && known.Station == record.Station", "", ImportTests + "ADifferentRecordUnderAKnownIdIsRefused"),
        new("import-operator", Registry, "\n            && known.Operator == record.Operator", "", ImportTests + "ADifferentRecordUnderAKnownIdIsRefused"),
        new("import-version", Registry, "\n            && known.FirmwareVersion == record.FirmwareVersion", "", ImportTests + "ADifferentRecordUnderAKnownIdIsRefused"),
        new("import-time", Registry, "\n            && known.ManufacturedAt == record.ManufacturedAt", "", ImportTests + "ADifferentRecordUnderAKnownIdIsRefused"),
        new("import-owner", Registry, "if (owner is not null)", Never, ImportTests + "AKnownKeyUnderAnotherIdIsRefusedAndNothingOfTheManifestStays"),
        new("import-key-known", Registry, "d.PublicKeyHash == record.PublicKeyHash || ", "", ImportTests + "AKnownKeyUnderAnotherIdIsRefusedAndNothingOfTheManifestStays"),
        new("import-certificate-known", Registry, " || d.CertificateSha256 == record.CertificateSha256", "", ImportTests + "AKnownKeyUnderAnotherIdIsRefusedAndNothingOfTheManifestStays"),
        new("import-all-or-none", Registry, "if (owner is not null)\n                {", "if (owner is not null)\n                {\n                    transaction.Commit();", ImportTests + "AKnownKeyUnderAnotherIdIsRefusedAndNothingOfTheManifestStays"),
        new("import-does-not-move-back", Registry, "continue;\n                }\n\n                Device? owner", "_known[record.Id] = record; continue;\n                }\n\n                Device? owner", ImportTests + "ImportOfAKnownDeviceDoesNotMoveItBack"),
        new("record-id", Record, "!DeviceId.IsValid(texts[\"id\"]) ?", "false ?", ImportTests + "AMalformedRecordIsRefusedWithItsPlace"),
        new("record-hardware-id", Record, "texts[\"hardwareId\"].Length == 0 ?", "false ?", ImportTests + "AMalformedRecordIsRefusedWithItsPlace"),
        new("record-key", Record, "!IsSha256(texts[\"publicKeyHash\"]) ?", "false ?", ImportTests + "AMalformedRecordIsRefusedWithItsPlace"),
        new("record-certificate", Record, "!IsSha256(texts[\"certificateSha256\"]) ?", "false ?", ImportTests + "AMalformedRecordIsRefusedWithItsPlace"),
        new("record-hash-length", Record, "text.Length == 64 && ", "", ImportTests + "AMalformedRecordIsRefusedWithItsPlace"),
        new("record-hash-digits", Record, " && text.All(char.IsAsciiHexDigitLower)", "", ImportTests + "AMalformedRecordIsRefusedWithItsPlace"),
        new("record-time", Record, "problem ??= \"'manufacturedAt' must", "_ = \"'manufacturedAt' must", ImportTests + "AMalformedRecordIsRefusedWithItsPlace"),
        new("record-text-length", Record, " || text.Length > MaximumText", "", ImportTests + "AMalformedRecordIsRefusedWithItsPlace"),
        new("record-text-printable", Record, " || text.Any(char.IsControl)", "", ImportTests + "AMalformedRecordIsRefusedWithItsPlace"),
        new("record-array", Record, "root.ValueKind != JsonValueKind.Array || ", "", ImportTests + "AMalformedManifestIsRefused"),
        new("record-none", Record, "root.GetArrayLength() is 0 or > MaximumRecords", "root.GetArrayLength() > MaximumRecords", ImportTests + "AMalformedManifestIsRefused"),
        new("record-many", Record, "root.GetArrayLength() is 0 or > MaximumRecords", "root.GetArrayLength() is 0", ImportTests + "TooManyRecordsAreRefused"),

        // Was this certificate issued below our root?
        new("chain-no-certificate", Chain, "if (certificate is null)", Never, ChainTests + "Refuses"),
        new("chain-expired", Chain, "return time.GetUtcNow().UtcDateTime > notAfter", "return notAfter.Ticks < 0", ChainTests + "Refuses"),
        new("chain-not-yet-valid", Chain, "if (time.GetUtcNow().UtcDateTime < certificate.NotBefore.ToUniversalTime())", Never, ChainTests + "Refuses"),
        new("chain-profile", Chain, "return Profile(certificate) ?? Chain(certificate);", "return Chain(certificate);", ChainTests + "Refuses"),
        new("chain-build", Chain, "return Profile(certificate) ?? Chain(certificate);", "return Profile(certificate);", ChainTests + "Refuses"),
        new("chain-client", Chain, "if (!client)", Never, ChainTests + "Refuses"),
        new("chain-usage", Chain, "usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ClientAuthentication)", "true", ChainTests + "Refuses"),
        new("chain-authority", Chain, "if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(basic => basic.CertificateAuthority))", Never, ChainTests + "Refuses"),
        new("chain-key-kind", Chain, "return key is not null && ", "return key is null || ", ChainTests + "Refuses"),
        new("chain-curve", Chain, " && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256", "", ChainTests + "Refuses"),
        new("chain-malformed", Chain, "return new Refusal(\"certificate-malformed\", \"an extension or the key of the certificate cannot be read\");", "return null;", ChainTests + "Refuses"),
        new("chain-any-root", Chain, "DisableCertificateDownloads = true,", "DisableCertificateDownloads = true, VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority,", ChainTests + "Refuses"),
        new("chain-own-clock", Chain, "VerificationTimeIgnored = false,", "VerificationTimeIgnored = true,", ChainTests + "TheIssuersTimeIsJudgedByTheGivenClock"),
        new("chain-issuers-usage", Chain, "policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));", "", ChainTests + "AnIssuerForServersIssuesNoClients"),
        new("chain-strange", Chain, "return chain.ChainStatus.Any(status => (status.Status & Strange) != 0)", "return false", ChainTests + "Refuses"),

        // Is that what the board's key has signed, and its only story?
        new("ledger-key", Taken, "key is null || Convert.ToHexStringLower(key.KeyHash()) != device.PublicKeyHash", "key is null", LedgerTests + "OnlyWhatTheDevicesKeySignedIsKept"),
        new("ledger-met", Taken, "verifier.End() == ChainVerdict.Accepted && verifier.Position.IsSameAs(report.Head.Position) ? entries", "verifier.Position is not null ? entries", LedgerTests + "OnlyWhatTheDevicesKeySignedIsKept"),
        new("ledger-gap", Taken, "if (isGap && !IsCheckpoint(report, start))", Never, LedgerTests + "OnlyWhatTheDevicesKeySignedIsKept"),
        new("ledger-checkpoint", Taken, "checkpoint.Chain == report.Head.Chain && checkpoint.Position.IsSameAs(start)", "checkpoint.Chain == report.Head.Chain", LedgerTests + "WhatTheBoardLetGoOfIsAGapThatTheChainSays"),
        new("ledger-fork", Taken, "if (!isGap && !Agrees(report, start, entries))", Never, LedgerTests + "ASecondStoryIsAForkAndIsNotKept"),
        new("ledger-fork-head", Taken, "if (place.Sequence <= report.Known.Sequence && report.Held is not null)", Never, LedgerTests + "AHeadAloneIsEvidenceToo"),
        new("ledger-repeated", Taken, "place.Sequence < report.Known.Sequence && report.Head.Time > report.Held!.HeadTime", "place.Sequence < report.Known.Sequence", LedgerTests + "AnOlderFlashIsARegressionAndARepeatedMessageIsNone"),
        new("proof-unsigned", Proof, "if (_signed != end.Sequence || end.Sequence == 0)", Never, LedgerTests + "AnExportProvesItselfOrIsRefused"),
        new("proof-silent-gap", Proof, "if (silent != default)", Never, LedgerTests + "AnExportProvesItselfOrIsRefused"),
        new("proof-behind", Proof, "if (place.Sequence > end.Sequence)", Never, LedgerTests + "AnExportProvesItselfOrIsRefused"),
        new("proof-fork", Proof, "throw Refused(\"fork\", $\"at entry {place.Sequence} the board has signed another story\");", "return;", LedgerTests + "AnExportProvesItselfOrIsRefused"),
        // Is it proved that the database is an older one?
        new("returned-signer", Returned, "signers.FirstOrDefault(key => key.KeyHash().AsSpan().SequenceEqual(signed.KeyHash))", "signers.FirstOrDefault()", HeadTests + "WhatNoKeyOfTheDatabaseSignedSaysNothing"),
        new("returned-chain", Returned, "if (head.Chain != AuditKey.Chain)", Never, HeadTests + "WhatNoKeyOfTheDatabaseSignedSaysNothing"),
        new("returned-kept", Returned, "has(head.Position) ? HeadVerdict.Kept : HeadVerdict.Missing", "HeadVerdict.Kept", HeadTests + "ADatabaseThatWasPutBackByHandIsToldToo"),
        new("returned-missing", Returned, "has(head.Position) ? HeadVerdict.Kept : HeadVerdict.Missing", "HeadVerdict.Missing", HeadTests + "WhatTheAuditHasIsNoNews"),
        new("head-former-keys", Heads, "AuditSigner.Include(source, key.PublicKey, time.GetUtcNow().UtcDateTime)", "[key.PublicKey]", HeadTests + "ARestoreThatLostARevocationIsProvedByAnyDevice"),
        new("head-told-again", LossesFile, ".CompareTo((told.HeadTime, told.UpTo)) <= 0", ".CompareTo((told.HeadTime, told.UpTo)) < 0", HeadTests + "ARestoreThatLostARevocationIsProvedByAnyDevice"),
        new("head-told-late", LossesFile, "_newest = LostEntries.Newest(database);", "", HeadTests + "ARestoreThatLostARevocationIsProvedByAnyDevice"),
        new("head-new-entries", LossesFile, ".Append(last).Min()", ".Append(last).Max()", HeadTests + "EntriesThatCameSinceDoNotStandForThoseThatAreLost"),
        new("loss-gate", LossesFile, "return Volatile.Read(ref _newest) is { AcceptedAt: null } lost\n            ?", "return Volatile.Read(ref _newest) is { UpTo: < 0 } lost\n            ?", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("loss-for-ever", LossesFile, "return Volatile.Read(ref _newest) is { AcceptedAt: null } lost\n            ?", "return Volatile.Read(ref _newest) is { UpTo: >= 0 } lost\n            ?", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("loss-which", LossesFile, "if (headSha256 != lost.HeadSha256)", Never, HeadTests + "AnAcceptanceIsOfOneLossAndOfNoLaterProof"),
        new("loss-reason", LossesFile, "reason.Length is 0 or > MaximumReason || ", "", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("loss-audit", LossesFile, "writer.Append(new AuditFact { Kind = \"loss-accepted\", Who = who, Reason = $\"entries up to {lost.UpTo}, head {lost.HeadSha256}: {reason}\" }, now);", "", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("loss-stored", LossesFile, "database.Update(accepted);", "", HeadTests + "AnAcceptanceIsOfOneLossAndOfNoLaterProof"),
        new("loss-release", Registry, "return releases || to == DeviceState.Claimed ? Losses.NewRight() : null;", "return to == DeviceState.Claimed ? Losses.NewRight() : null;", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("loss-claim", Registry, "return releases || to == DeviceState.Claimed ? Losses.NewRight() : null;", "return releases ? Losses.NewRight() : null;", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("loss-assign", Registry, "if (!isSame && tenant.Length > 0 && Losses.NewRight() is { } refusal)", "if (Losses.NewRight() is { Status: 0 } refusal)", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("loss-takes", Registry, "if (!isSame && tenant.Length > 0 && Losses", "if (!isSame && Losses", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("loss-certificate", Certificates, "if (MayEnrol(issued.DeviceId) is { } refusal)", "if (MayEnrol(issued.DeviceId) is { Status: 0 } refusal)", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("loss-ended", Certificates, "Any(local => local.EndedAt is null) ? null : Losses", "Any() ? null : Losses", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("loss-renewal", Certificates, "return Locals(id).Any(local => local.EndedAt is null) ? null : Losses.NewRight();", "return Losses.NewRight();", HeadTests + "BetweenProofAndAcceptanceNobodyGetsANewRight"),
        new("head-a-second", Heads, "_time.GetElapsedTime(_lookedAt) < _signEvery", "false", HeadTests + "TheSameHeadUntilTheAuditGoesOnAndANewOneOnceASecond"),
        new("head-signed-again", Heads, "if (!end.IsSameAs(_signed))", "if (true)", HeadTests + "TheSameHeadUntilTheAuditGoesOnAndANewOneOnceASecond"),
        new("receipt-key", Receipts, "Convert.ToHexStringLower(key.KeyHash()) != device.PublicKeyHash ? \"other-key\"", "false ? \"other-key\"", ReceiptTests),
        new("receipt-order", Receipts, "is not { Verb: OrderVerb.Wipe } ? \"no-such-order\"", "is null ? \"no-such-order\"", ReceiptTests),

        // May this device become that tenant's?
        new("claim-others", Proven, "claim.DeviceId != device.Id || ", "", ProvenTests + "AnotherDevicesClaim"),
        new("claim-key", Proven, " || Convert.ToHexStringLower(SHA256.HashData(answer.PublicKey)) != device.PublicKeyHash", "", ProvenTests + "AnotherDevicesKey"),
        new("claim-once", Proven, "if (claim.State != ClaimState.Open)", "if (claim.State == ClaimState.Cancelled)", ProvenTests + "UsedBefore"),
        new("claim-time", Proven, "if (!claim.IsOpen(now))", Never, ProvenTests + "Expired"),
        new("claim-time-equal", "Fleet/Claims/Claim.cs", "now < ExpiresAt", "now <= ExpiresAt", ProvenTests + "Expired"),
        new("claim-tenant", Proven, "if (signed.Tenant != claim.Tenant)", Never, ProvenTests + "AnotherTenant"),
        new("claim-nonce", Proven, "if (Convert.ToHexStringLower(signed.Nonce) != claim.Nonce)", Never, ProvenTests + "AnotherNonce"),
        new("claim-signature", Proven, "if (key is null || !answer.Signed.IsSignedBy(key, ClaimRequest.Context))", "if (key is null)", ProvenTests + "AnotherPurpose"),
        new("claim-state", Proven, "return device.State == DeviceState.Shipped", "return device.State != DeviceState.Revoked", ProvenTests + "NothingButAShippedDevice"),
    ];
}
