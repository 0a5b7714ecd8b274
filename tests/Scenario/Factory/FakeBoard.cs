using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>A board's end of the serial line: Core's own provisioning session over files in memory, restarted after Finish.</summary>
public sealed class FakeBoard
{
    public const string BoardType = MadeEnvironment.BoardType;

    private readonly MemoryFiles _files = new();
    private readonly string _environment;
    private readonly byte[] _factoryRoot;
    private readonly P256PublicKey _otaKey;
    private readonly string _hardwareId;
    private readonly MemoryEntropy _entropy = new(BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)));
    private ProvisioningSession _session;

    public FakeBoard(string environment, byte[] factoryRoot, byte[] otaKeyInfo, string hardwareId, P256PrivateKey? key = null)
    {
        _environment = environment;
        _factoryRoot = factoryRoot;
        _otaKey = P256PublicKey.DecodeSubjectPublicKeyInfo(otaKeyInfo, 0, otaKeyInfo.Length);
        _hardwareId = hardwareId;
        Key = key ?? P256PrivateKey.Import(RandomNumberGenerator.GetBytes(32));
        Secrets = null!;
        _session = NewSession();
    }

    /// <summary>The identity key.</summary>
    public P256PrivateKey Key { get; }

    public string KeyHash => Hex.Encode(Key.PublicKey.KeyHash());

    public string HardwareId => _hardwareId;

    /// <summary>What it says to a person.</summary>
    public ISerialAnswers Answers => _session;

    /// <summary>How often the board started.</summary>
    public int Starts { get; private set; }

    /// <summary>The identity it keeps; null before provisioning.</summary>
    public IdentityMessage? Identity => IdentityRecord.Load(new RecordStore(_files));

    /// <summary>The setup password it keeps; null before provisioning.</summary>
    public byte[]? SetupPassword => Provisioning.SetupPassword.Load(SetupRecord(new RecordStore(_files)));

    /// <summary>The secrets of the session that is going on.</summary>
    public BoardSecrets Secrets { get; private set; }

    /// <summary>Answers a request; after Finish the next one meets a restarted board.</summary>
    public SerialFrame? Answer(SerialFrame request)
    {
        SerialFrame? answer = _session.Answer(request);
        if (_session.IsFinished)
        {
            Restart();
        }

        return answer;
    }

    /// <summary>Power off and on.</summary>
    public void Restart() => _session = NewSession();

    private ProvisioningSession NewSession()
    {
        Starts++;
        RecordStore store = new(_files);
        IdentityMessage? identity = IdentityRecord.Load(store);
        string deviceId = identity is null ? "" : Certificate.Decode(identity.Certificate).Subject.CommonName;
        BoardSelf self = new(
            identity is null ? BoardState.Unprovisioned : BoardState.Provisioned,
            _hardwareId, BoardType, "0.1.0+0", _environment, _factoryRoot, Key.PublicKey.KeyHash(), deviceId);
        SecurityCounter counter = new(store, 0);
        ImageRules rules = new([_otaKey], BoardType, 2, counter.Value, ImageVersion.Parse("0.1.0"), "", 1024 * 1024);
        Secrets = new BoardSecrets(new TestedNoise(new MemoryRadio(_entropy), _entropy), store, new MemorySealer(), _entropy);
        return new ProvisioningSession(_files, store, new StoredKey(Key), self, rules, SlotTable.Load(store), counter, Secrets);
    }

    private SealedRecord SetupRecord(RecordStore store) => Provisioning.SetupPassword.Record(store, new MemorySealer(), _entropy);
}
