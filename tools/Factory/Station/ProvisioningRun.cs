using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Factory;

/// <summary>One board through the station: greet, request, sign, identity, image, finish, greet again.</summary>
public sealed class ProvisioningRun(
    BoardLink link, SigningDesk desk, ISecretKeeper keeper, IssuingCa ca, string deviceId, Production production, AdmissionRule rule, BoardSetup setup, FirstImage image, Action<string> tell)
{
    private const int Steps = 7;

    /// <summary>Null when the board is provisioned and the record says so; otherwise why not. Safe to repeat at any point.</summary>
    public StationStop? Run()
    {
        Reply<BoardMessage> greeting = link.Greet(_ => true);
        if (greeting.Message is not BoardMessage board)
        {
            return greeting.Stop;
        }

        Tell(1, $"board greeted: hardware {board.HardwareId}, type {board.BoardType}, firmware {board.FirmwareVersion}, environment {Named(board.Environment)}, {Word(board.State)}");
        if (board.Environment != ca.Environment)
        {
            return new StationStop("other-environment", $"the board was built for environment {Named(board.Environment)}, this station signs for '{ca.Environment}'");
        }

        (Admission? admission, StationStop? stop) = rule.Admit(ca.Environment, board.HardwareId);
        if (admission is null)
        {
            return stop;
        }

        if (admission.Exception is string reason)
        {
            Tell(1, $"EXCEPTION, recorded: below the profile {admission.Profile}: {reason}");
        }

        return board.State == BoardState.Unprovisioned ? Provision(board, admission) : TakeUpAgain(board, admission);
    }

    private StationStop? Provision(BoardMessage board, Admission admission)
    {
        Reply<CsrMessage> csr = link.Assign(deviceId);
        if (csr.Message is null)
        {
            return csr.Stop;
        }

        Tell(2, $"csr received: {csr.Message.Pem.Length} bytes, key {Hex.Encode(board.KeyHash)}");
        DeskResult signed = desk.Sign(csr.Message.Pem, new Assignment(deviceId, board.HardwareId, board.KeyHash), production, admission);
        if (signed.Record?.Certificate is not byte[] certificate)
        {
            return new StationStop(signed.Check.Token, signed.Check.Reason);
        }

        string origin = signed.WasSignedBefore ? "certificate taken from the record" : "csr accepted, certificate signed";
        Tell(3, $"{origin}: sha256:{RecordJson.Fingerprint(certificate)}{(signed.Record.HardwareIdRepeats ? ", NOTE: another board has this hardware id" : "")}");

        IdentityMessage identity = new(
            certificate, ca.Certificate.Encoded, setup.BrokerHost, setup.BrokerPort, setup.TelemetrySeconds, setup.NetworkName, setup.NetworkPassword);
        if (link.Send(MessageType.Identity, identity.Encode()) is StationStop stop)
        {
            return stop;
        }

        Tell(4, $"identity accepted by the board: device {deviceId}, broker {setup}");
        return KeepSecrets(Hex.Encode(board.KeyHash)) ?? SendImage() ?? Finish(board, admission);
    }

    /// <summary>The claim secret and the setup password: first they are stored here, then the board forgets the one and keeps the other.</summary>
    private StationStop? KeepSecrets(string keyHash)
    {
        Reply<SecretsMessage> answer = link.TakeSecrets();
        if (answer.Message is not SecretsMessage secrets)
        {
            return answer.Stop;
        }

        byte[] hash = BoardSecrets.HashOf(secrets.Claim, secrets.Password);
        StationStop? stop = keeper.Keep(deviceId, keyHash, secrets.Claim, secrets.Password);
        CryptographicOperations.ZeroMemory(secrets.Claim);
        CryptographicOperations.ZeroMemory(secrets.Password);
        stop ??= link.Send(MessageType.SecretsKept, new SecretsKeptMessage(hash).Encode());
        if (stop is null)
        {
            Tell(4, "claim secret and setup password are kept for the label; the board has forgotten the claim secret");
        }

        return stop;
    }

    /// <summary>A board that has an identity: this station's own, or somebody else's.</summary>
    private StationStop? TakeUpAgain(BoardMessage board, Admission admission)
    {
        BoardRecord? record = desk.Find(deviceId);
        bool isOurs = record?.Certificate is not null && record.KeyHash == Hex.Encode(board.KeyHash) && board.DeviceId == deviceId;
        if (!isOurs)
        {
            return new StationStop("provisioned", $"the board has an identity already: device {Named(board.DeviceId)}, key {Hex.Encode(board.KeyHash)}");
        }

        if (board.State == BoardState.Recovery)
        {
            return SendImage() ?? Finish(board, admission);
        }

        desk.Complete(deviceId, record!.Production.FirmwareVersion, admission);
        Tell(7, $"the board is provisioned as {deviceId} already, with the recorded key; nothing was sent");
        return null;
    }

    private StationStop? SendImage()
    {
        StationStop? stop = link.Send(MessageType.ImageBegin, new ImageBeginMessage(image.File.Length, Sha256.Hash(image.File)).Encode());
        int nextQuarter = 1;
        for (int offset = 0; offset < image.File.Length && stop is null; offset += ImageChunkMessage.MaximumBytes)
        {
            byte[] chunk = image.File.AsSpan(offset, Math.Min(ImageChunkMessage.MaximumBytes, image.File.Length - offset)).ToArray();
            stop = link.Send(MessageType.ImageChunk, new ImageChunkMessage(offset, chunk).Encode());
            long sent = offset + chunk.Length;
            if (stop is null && sent * 4 >= (long)nextQuarter * image.File.Length && nextQuarter < 4)
            {
                Tell(5, $"image {image.Version}: {sent} of {image.File.Length} bytes");
                nextQuarter++;
            }
        }

        stop ??= link.Send(MessageType.ImageEnd, BoardLink.Empty);
        if (stop is null)
        {
            Tell(5, $"image {image.Version} accepted by the board: {image.File.Length} bytes");
        }

        return stop;
    }

    private StationStop? Finish(BoardMessage before, Admission admission)
    {
        // A board whose acknowledgement got lost has restarted, and was not greeted since; the greeting decides then.
        StationStop? stop = link.Send(MessageType.Finish, BoardLink.Empty);
        if (stop is not null && stop is not { ByBoard: true, Token: "provisioned" or "not-greeted" })
        {
            return stop;
        }

        Tell(6, "finished; the board restarts");
        Reply<BoardMessage> greeting = link.Greet(board => board.State == BoardState.Provisioned || !IsSame(board, before));
        if (greeting.Message is not BoardMessage after)
        {
            return greeting.Stop;
        }

        if (!IsSame(after, before))
        {
            return new StationStop("other-board", $"another board is on the line now: hardware {after.HardwareId}, key {Hex.Encode(after.KeyHash)}");
        }

        if (after.State != BoardState.Provisioned || after.DeviceId != deviceId)
        {
            return new StationStop("not-provisioned", $"after its restart the board says {Word(after.State)}, device {Named(after.DeviceId)}");
        }

        desk.Complete(deviceId, image.Version, admission);
        Tell(7, $"board greeted again: provisioned as {after.DeviceId}, same key; line closed for provisioning, record completed");
        return null;
    }

    private static bool IsSame(BoardMessage one, BoardMessage other) =>
        one.HardwareId == other.HardwareId && ByteArray.AreEqual(one.KeyHash, other.KeyHash);

    private void Tell(int step, string text) => tell($"[{step}/{Steps}] {text}");

    private static string Named(string name) => name.Length == 0 ? "none" : $"'{name}'";

    private static string Word(BoardState state) => state switch
    {
        BoardState.Unprovisioned => "unprovisioned",
        BoardState.Provisioned => "provisioned",
        _ => "in recovery",
    };
}
