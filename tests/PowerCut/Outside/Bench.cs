using System.Collections.Concurrent;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>
/// A board on the bench, with the world around it, from one power-on to the next until the scenario's goal is reached. The firmware is the
/// firmware. Where a power-on is not <see cref="IsWhole"/>, <see cref="BoardLife"/> is put together here without the crypto's self-test, and
/// with keys and certificates that were the same before not computed again: neither touches the flash, both cost more than all the rest.
/// </summary>
internal sealed class Bench(Scenario scenario, Facts facts)
{
    private const int MaximumPowerOns = 16;
    private const int MaximumTurns = 20000;
    private const int TurnsOfAWindow = 1000;

    private static readonly ConcurrentDictionary<string, StoredKey> _keys = new();
    private static readonly ConcurrentDictionary<string, DeviceCertificate> _certificates = new();

    private RecordStore? _store;
    private int _turns;
    private int _startsWithoutNetwork;
    private bool _isTrialWithoutNetwork;
    private bool _hasStarted;
    private bool _isApart;

    internal Scenario Scenario => scenario;

    /// <summary>Every power-on is <see cref="BoardLife"/> itself.</summary>
    internal bool IsWhole { get; init; }

    /// <summary>The cable to the station.</summary>
    internal Cable Cable { get; init; } = new(-1, -1, false);

    /// <summary>Which of the scenario's offers is the fleet's wish now.</summary>
    internal int Wanted { get; set; }

    /// <summary>Without it a trial window goes by; a board that waits for longer finds it again.</summary>
    internal bool HasNetwork => !_isTrialWithoutNetwork || _turns > TurnsOfAWindow;

    /// <summary>How far the fleet has the board's ledger; it does not forget when the board's power is cut.</summary>
    internal ChainPosition? Held { get; set; } = facts.Held;

    /// <summary>The board has said that its ledger is another one than the fleet's.</summary>
    internal bool HasContradicted { get; set; }

    /// <summary>The fleet has asked about the claim in this power-on.</summary>
    internal bool IsAsked { get; set; }

    /// <summary>The board has signed the claim.</summary>
    internal bool IsClaimed { get; set; }

    /// <summary>The board's answer to the last order; null before. The fleet does not forget it.</summary>
    internal string? LastAnswer { get; set; }

    /// <summary>This power-on begins with a wipe that is under way.</summary>
    internal bool IsWiping { get; private set; }

    /// <summary>Is there a broker at that name?</summary>
    internal bool Serves(string host) => !scenario.OldBrokerGoes || host == TestTrust.Host || Remembered.TrustOf(_store ?? throw new InvalidOperationException()) is { Staged: null, Active.Sequence: 0 };

    /// <summary>What the station stored of the board's secrets last; null before.</summary>
    internal Kept? Kept { get; set; }

    /// <summary>Power-ons so far.</summary>
    internal int PowerOns { get; private set; }

    /// <summary>Lives until the goal is reached; throws <see cref="FaultException"/> when something is not as it has to be.</summary>
    internal void Live(IFiles files)
    {
        bool isReached = false;
        while (!isReached)
        {
            if (++PowerOns > MaximumPowerOns)
            {
                throw new FaultException("the goal is not reached");
            }

            isReached = PowerOn(files);
            if (PowerOns == 1 && facts.HasBooted && !_hasStarted && !_isApart && !isReached)
            {
                throw new FaultException("a board that booted once boots no more");
            }
        }
    }

    internal void CountTurn()
    {
        if (++_turns > MaximumTurns)
        {
            throw new FaultException("the board goes round in circles");
        }

        if (_store is not null && _hasStarted && IsSettled(_store))
        {
            throw new GoalReachedException();
        }
    }

    /// <summary>The application starts: is it one that may, and what it says it is?</summary>
    internal void Started(string version, byte[] digest, byte[][] modules, Behaviour behaviour)
    {
        _hasStarted = true;
        if (_isApart)
        {
            throw new FaultException("an application starts in quarantine, or on a board that is being wiped");
        }

        if (modules.Length != 1 || !Scenarios.IsModuleOf(version, modules[0]))
        {
            throw new FaultException("runs code that nobody signed as " + version);
        }

        if (facts.Refused.Contains(Convert.ToHexString(digest)))
        {
            throw new FaultException("runs what was refused before: " + version);
        }

        _isTrialWithoutNetwork = behaviour == Behaviour.MeetsNoNetwork && ++_startsWithoutNetwork <= SlotTable.MaximumUnreached;
    }

    private bool IsSettled(RecordStore store)
    {
        ChainPosition? end = scenario.Ledger is LedgerAnswer.Kept or LedgerAnswer.Behind ? Remembered.LedgerOf(store)?.Last : null;
        return !scenario.IsWiped
            && (scenario.Settled is null || scenario.Settled(store))
            && (scenario.Claim is null || IsClaimed)
            && (scenario.LastAnswers is null || scenario.LastAnswers.Contains(LastAnswer))
            && (scenario.Ledger != LedgerAnswer.Fork || HasContradicted)
            && (end is null || (Held is not null && Held.IsSameAs(end)));
    }

    private bool PowerOn(IFiles files)
    {
        if (scenario.IsWiped && NewBoard.Is(files))
        {
            return true;
        }

        RecordStore store = new(files);
        IsWiping = Wipe.HasBegun(store);
        _isApart = IsWiping || Quarantine.Load(store).IsActive;
        IsAsked = false;
        _turns = 0;
        _isTrialWithoutNetwork = false;
        _store = scenario.HasItsOwnEnd ? store : null;
        MemoryClock clock = new();
        MemoryEntropy entropy = new((uint)PowerOns);
        BoardParts parts = new(new MemoryBoard(), files, entropy, new MemorySealer(), clock, new MemoryRadio(entropy) { Refuses = scenario.RefusedNetwork }, new Station(this, clock), new CaStore(files),
            new Fleet(this, clock, new Topics(TestPki.DeviceId)), new Application(this), TestBoard.TestAnchors(TestPki.Environment))
        {
            Portal = scenario.OwnersNetwork is not null ? new Owner(scenario.OwnersNetwork) : scenario.Claim is not null ? new Hand(this) : null,
        };
        try
        {
            if (IsWhole || !TryLive(parts))
            {
                new BoardLife(parts).Run();
            }

            return false;
        }
        catch (GoalReachedException)
        {
            return true;
        }
        catch (Exception end) when (end is BoardRestartedException or PowerCutException)
        {
            return false;
        }
        catch (Exception fault) when (fault is not FaultException)
        {
            throw new FaultException("an exception leaves the firmware: " + fault);
        }
    }

    /// <summary>As <see cref="BoardLife.Run"/>, for a board that has a key; false for others.</summary>
    private static bool TryLive(BoardParts parts)
    {
        RecordStore store = new(parts.Files);
        byte[]? scalar = Facts.KeyOf(store);
        if (scalar is null || store.Read("key") is not null || Wipe.HasBegun(store))
        {
            return false;
        }

        StoredKey key = _keys.GetOrAdd(Convert.ToHexString(scalar), _ => TestBoard.KeyOf(store));
        IdentityMessage? identity = IdentityRecord.Load(store);
        new NetworkRecord(store, parts.Sealer, parts.Entropy).SealOld(identity);
        DeviceCertificate? certificate = identity is null ? null
            : _certificates.GetOrAdd(Convert.ToHexString(scalar) + Convert.ToHexString(identity.Encode()), _ => Check(parts, identity, key));
        SecurityCounter counter = new(store, Platform.MinimumSecurityCounter);
        SlotTable table = SlotTable.Load(store);
        Quarantine.Load(store).HoldBack(table);
        BootSequence? boot = identity is null ? null : BootSequence.Run(parts.Files, table, parts.Rules(counter.Value, table), parts.Board);
        BoardState state = identity is null ? BoardState.Unprovisioned : boot?.Image is null ? BoardState.Recovery : BoardState.Provisioned;
        BoardSelf self = new(state, parts.Board.HardwareId, parts.Board.BoardType, Platform.FirmwareVersion, parts.Anchors.Environment,
            parts.Anchors.FactoryRoot, key.PublicKey.KeyHash(), certificate?.DeviceId ?? "");
        BoardSecrets secrets = new(new TestedNoise(parts.Radio, parts.Entropy), store, parts.Sealer, parts.Entropy);
        ProvisioningSession session = new(parts.Files, store, key, self, parts.Rules(counter.Value, table), table, counter, secrets);
        SerialConsole console = new(parts.Serial, session);
        if (state == BoardState.Provisioned)
        {
            ConnectedBoard board = new(parts, identity, certificate, key, table, counter, boot);
            board.Begin();
            while (!board.WantsRestart)
            {
                console.Poll(10);
                board.Step();
            }

            board.End();
        }
        else
        {
            while (!session.IsFinished)
            {
                console.Poll(250);
            }
        }

        return true;
    }

    private static DeviceCertificate Check(BoardParts parts, IdentityMessage identity, StoredKey key)
    {
        return DeviceCertificate.Check(identity.Certificate, identity.Issuer, key.PublicKey, parts.Board.HardwareId, TestPki.DeviceId,
            parts.Anchors.Environment, parts.Anchors.FactoryRoot).Certificate ?? throw new FaultException("an identity that is not the board's");
    }
}

/// <summary>A board's secrets as its station stored them.</summary>
internal sealed record Kept(byte[] Claim, byte[] Password);

/// <summary>The scenario's goal is reached; whoever watches pulls the plug.</summary>
internal sealed class GoalReachedException : Exception;

/// <summary>Something is not as it has to be after any loss of power.</summary>
internal sealed class FaultException(string message) : Exception(message);
