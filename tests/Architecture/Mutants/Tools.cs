using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>
/// The doors in Factory and Fleet and the release log of the signer, with what they need and those of their tests that need neither a server nor a device, as one assembly;
/// Core as Core.DotNet built it.
/// </summary>
internal sealed class Tools : MutantBuild
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.VisualStudio.TestTools.UnitTesting;
        """;

    internal Tools(Mutant[] mutants)
        : base(ToolMutantTable.Folder, mutants, "DeviceFirmware.Scenario.", new CSharpParseOptions(LanguageVersion.Latest), NullableContextOptions.Enable)
    {
        Add("DeviceFirmware.Core", File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "read", "tools", "DeviceFirmware.Core.dll")));
        Compile(
            "Mutants.Tools",
            PlatformReferences("Microsoft.Data.Sqlite", "Microsoft.EntityFrameworkCore", "Microsoft.Extensions.", "Microsoft.IdentityModel.", "Npgsql"),
            Usings,
            "tools/Factory/Csr",
            "tools/Factory/Record/BoardRecord.cs",
            "tools/Fleet/Access/ApiKey.cs",
            "tools/Fleet/Access/ApiKeys.cs",
            "tools/Fleet/Access/FailedKeys.cs",
            "tools/Fleet/Api/ApiCaller.cs",
            "tools/Fleet/Api/ApiFilter.cs",
            "tools/Fleet/Api/ApiRoles.cs",
            "tools/Fleet/Audit/Account.cs",
            "tools/Fleet/Audit/AuditBody.cs",
            "tools/Fleet/Audit/AuditFile.cs",
            "tools/Fleet/Audit/AuditKey.cs",
            "tools/Fleet/Audit/AuditRows.cs",
            "tools/Fleet/Audit/AuditTrail.cs",
            "tools/Fleet/Audit/AuditWalk.cs",
            "tools/Fleet/Audit/AuditWriter.cs",
            "tools/Fleet/Backup/BackupFile.cs",
            "tools/Fleet/Backup/DoneAgain.cs",
            "tools/Fleet/Backup/HeldHeadRows.cs",
            "tools/Fleet/Backup/HeldHeads.cs",
            "tools/Fleet/Backup/Losses.cs",
            "tools/Fleet/Backup/Restore.cs",
            "tools/Fleet/Backup/RestoreHistory.cs",
            "tools/Fleet/Backup/RestoreWatch.cs",
            "tools/Fleet/Backup/ReturnedHead.cs",
            "tools/Fleet/Broker/CertificateChain.cs",
            "tools/Fleet/Broker/ClientCertificate.cs",
            "tools/Fleet/Claims/Claim.cs",
            "tools/Fleet/Claims/ClaimStore.cs",
            "tools/Fleet/Claims/ProvenClaim.cs",
            "tools/Fleet/ClientPolicy.cs",
            "tools/Fleet/Database",
            "tools/Fleet/DecisionLog.cs",
            "tools/Fleet/Ledger/HeldReceipt.cs",
            "tools/Fleet/Ledger/LedgerProof.cs",
            "tools/Fleet/Ledger/LedgerRows.cs",
            "tools/Fleet/Ledger/LedgerStore.cs",
            "tools/Fleet/Ledger/Ledgers.cs",
            "tools/Fleet/Ledger/ReceiptHandler.cs",
            "tools/Fleet/Messages/ITopicHandler.cs",
            "tools/Fleet/Messages/StrictJson.cs",
            "tools/Fleet/Operational/IssuableRequest.cs",
            "tools/Fleet/Operational/IssuableVerdict.cs",
            "tools/Fleet/Operational/OperationalCa.cs",
            "tools/Fleet/Orders/OrderStore.cs",
            "tools/Fleet/Orders/SentOrder.cs",
            "tools/Fleet/Policy",
            "tools/Fleet/Registry",
            "tools/Fleet/Settings/DeviceSettings.cs",
            "tools/Fleet/Settings/DeviceSettingsDesk.cs",
            "tools/Fleet/Settings/FormerSettings.cs",
            "tools/Fleet/Settings/SettingsStore.cs",
            "tools/Fleet/Settings/SettingsText.cs",
            "tools/Fleet/Tokens/DeviceToken.cs",
            "tools/Fleet/Tokens/TokenKey.cs",
            "tools/Fleet/Tokens/TokenScopes.cs",
            "tools/Fleet/Watch/Denial.cs",
            "tools/Fleet/Watch/DeviceLimits.cs",
            "tools/PrivateKeys/HeldKey.cs",
            "tools/Signer/ReleaseEntry.cs",
            "tools/Signer/ReleaseLog.cs",
            "tests/Scenario/Factory/CsrPolicyTests.cs",
            "tests/Scenario/Fleet/ApiCallerTests.cs",
            "tests/Scenario/Fleet/ApiKeyTests.cs",
            "tests/Scenario/Fleet/BulkTests.cs",
            "tests/Scenario/Fleet/CertificateChainTests.cs",
            "tests/Scenario/Fleet/CertificateEndTests.cs",
            "tests/Scenario/Fleet/ClientPolicyTests.cs",
            "tests/Scenario/Fleet/DeviceLimitsTests.cs",
            "tests/Scenario/Fleet/DeviceTokenTests.cs",
            "tests/Scenario/Fleet/FailedKeysTests.cs",
            "tests/Scenario/Fleet/FormerSettingsTests.cs",
            "tests/Scenario/Fleet/HeldHeadTests.cs",
            "tests/Scenario/Fleet/ImportTests.cs",
            "tests/Scenario/Fleet/LedgerTests.cs",
            "tests/Scenario/Fleet/Orders.cs",
            "tests/Scenario/Fleet/PolicyProverTests.cs",
            "tests/Scenario/Fleet/PolicyTests.cs",
            "tests/Scenario/Fleet/ProvenClaimTests.cs",
            "tests/Scenario/Fleet/Records.cs",
            "tests/Scenario/Fleet/RestoreDoorTests.cs",
            "tests/Scenario/Fleet/TestPki.cs",
            "tests/Scenario/Fleet/TokenScopesTests.cs",
            "tests/Scenario/Fleet/TransitionTests.cs",
            "tests/Scenario/Fleet/WipeTests.cs",
            "tests/Scenario/Signer/ReleaseLogTests.cs",
            "tests/Scenario/Tools/OpenSsl.cs",
            "tests/Scenario/Tools/TemporaryDirectory.cs");
    }
}
