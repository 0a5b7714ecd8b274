using DeviceFirmware.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>Orders to a device: carried, listed.</summary>
internal sealed class OrdersApi(DeviceRegistry registry, Orders orders) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Post("/devices/{id}/orders", ApiRoles.Operator, async (string id, HttpRequest request) =>
            Answer(await orders.AcceptAsync(id, await ReadAsync(request, Order.MaximumSize).ConfigureAwait(false)).ConfigureAwait(false), order => Results.Ok(View(order))))
            .WithSummary("hands over a signed order, to be carried to a device").WithMetadata(new ApiBody("application/octet-stream"));
        routes.Get("/devices/{id}/orders", ApiRoles.Any, (string id) =>
            registry.Find(id) is null ? Problem(Refusal.UnknownDevice(id)) : Results.Ok(orders.Of(id).Select(View)))
            .WithSummary("lists a device's orders and its answers");
    }

    private static object View(SentOrder order)
    {
        return new { order.Sha256, order.Verb, order.Sequence, order.Image, order.AcceptedAt, order.AnsweredAt, order.Token, order.Reason };
    }
}
