using DeviceFirmware.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>Devices' own ledgers: as a table, and as the bytes that prove themselves.</summary>
internal sealed class LedgerApi(DeviceRegistry registry, LedgerStore store) : IApiModule
{
    private const int MaximumExport = 100_000;

    public void Map(ApiRoutes routes)
    {
        routes.Get("/devices/{id}/ledger", ApiRoles.Operator | ApiRoles.Auditor, (string id, long? after, int? limit, ApiCaller caller) =>
            Chain(id, caller) is { } chain ? Results.Ok(View(chain, after ?? 0, Page(limit))) : Problem(Refusal.UnknownDevice(id)))
            .WithSummary("a page of a device's own ledger");
        routes.Get("/devices/{id}/ledger/entries", ApiRoles.Operator | ApiRoles.Auditor, (string id, ApiCaller caller) =>
            Chain(id, caller) is { } chain ? Results.Stream(stream => AuditFile.WriteAsync(stream, Items(chain)), "application/cbor-seq") : Problem(Refusal.UnknownDevice(id)))
            .WithSummary("a device's whole ledger with its signed heads, a sequence of CBOR byte strings");
    }

    private string? Chain(string id, ApiCaller caller)
    {
        return registry.Find(id) is { } device && caller.Sees(device) ? BoardLedger.ChainName(Convert.FromHexString(device.PublicKeyHash)) : null;
    }

    private IEnumerable<object> View(string chain, long after, int limit)
    {
        string problem = store.Find(chain)?.Problem ?? "";
        foreach (HeldEntry held in store.Entries(chain, after, limit))
        {
            ChainEntry? entry = held.IsCheckpoint ? null : ChainEntry.Decode(held.Encoded, LedgerEvent.MaximumBody);
            LedgerEvent? what = entry is null ? null : LedgerEvent.Read(entry);
            yield return new
            {
                number = held.Sequence,
                at = entry is null ? held.ReceivedAt : DateTimeOffset.FromUnixTimeSeconds(Math.Min(entry.Time, 253402300799)).UtcDateTime,
                kind = what?.Kind ?? "checkpoint",
                word = what?.Word ?? "",
                count = what?.Number ?? 0,
                hash = what is null ? "" : Convert.ToHexStringLower(what.Hash),
                receivedAt = held.ReceivedAt,
                problem,
            };
        }
    }

    private IEnumerable<byte[]> Items(string chain)
    {
        long after = 0;
        for (int given = 0; given < MaximumExport;)
        {
            IReadOnlyList<HeldEntry> page = store.Entries(chain, after, PageLimit);
            if (page.Count == 0)
            {
                break;
            }

            foreach (HeldEntry held in page)
            {
                yield return held.Encoded;
            }

            after = page[^1].Sequence;
            given += page.Count;
        }

        if (store.Find(chain) is { } ledger)
        {
            yield return ledger.Head;
        }
    }
}
