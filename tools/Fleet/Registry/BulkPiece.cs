using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceFirmware.Fleet;

/// <summary>
/// A part of a change of many devices: decided, and not yet written. All parts of a change are stored together, and each goes in the transaction
/// that writes it, so a change is done whole even by a server that dies meanwhile: the next start does the rest.
/// </summary>
internal sealed record BulkPiece
{
    /// <summary>The change's name.</summary>
    public required string Operation { get; init; }

    /// <summary>Its place in the change, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>What is done.</summary>
    public required BulkKind Kind { get; init; }

    /// <summary>Why, the change's name included.</summary>
    public required string Reason { get; init; }

    /// <summary>On whose account.</summary>
    public required Actor Actor { get; init; }

    /// <summary>Who that was.</summary>
    public required string Identity { get; init; }

    /// <summary>From where.</summary>
    public required string Address { get; init; }

    /// <summary>The devices, each as it was when that was decided: <see cref="Line"/>, one after the other.</summary>
    public required string Devices { get; init; }

    /// <summary>The account.</summary>
    public Account Who => new(Actor, Identity, Address);

    /// <summary>Device, state, since when, whose. One that has become another meanwhile is not meant.</summary>
    public static string Line(Device device)
    {
        return $"{device.Id} {device.State} {device.StateAt?.Ticks} {device.Tenant}\n";
    }

    /// <summary>The parts of one change.</summary>
    public static IEnumerable<BulkPiece> Of(BulkChange change, string reason, string operation, Account who, IEnumerable<Device> devices, int size)
    {
        return devices.Chunk(size).Select((some, number) => new BulkPiece
        {
            Operation = operation,
            Number = number,
            Kind = change.Kind,
            Reason = reason,
            Actor = who.Actor,
            Identity = who.Identity,
            Address = who.Address,
            Devices = string.Concat(some.Select(Line)),
        });
    }

    /// <summary>Those of its devices that still are what they were.</summary>
    public List<Device> Unchanged(FleetDatabase database)
    {
        HashSet<string> lines = [.. Devices.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line + '\n')];
        string[] ids = [.. lines.Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)])];
        return [.. database.Devices.AsNoTracking().Where(device => ids.Contains(device.Id)).OrderBy(device => device.Id).AsEnumerable().Where(device => lines.Contains(Line(device)))];
    }
}

/// <summary>What is decided and not yet written, by change and place.</summary>
internal sealed class BulkPieceTable : IEntityTypeConfiguration<BulkPiece>
{
    public void Configure(EntityTypeBuilder<BulkPiece> builder)
    {
        builder.ToTable("BulkPieces").HasKey(piece => new { piece.Operation, piece.Number });
        builder.Ignore(piece => piece.Who);
    }
}
