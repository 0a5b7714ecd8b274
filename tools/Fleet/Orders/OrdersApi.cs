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
        routes.Post("/devices/{id}/orders", ApiRoles.Operator, SendAsync)
            .WithSummary("hands over a signed order, to be carried to a device").WithMetadata(new ApiBody("application/octet-stream"));
        routes.Get("/devices/{id}/orders", ApiRoles.Any, (string id, ApiCaller caller) =>
            Sees(id, caller) ? Results.Ok(orders.Of(id).Select(View)) : Problem(Refusal.UnknownDevice(id)))
            .WithSummary("lists a device's orders and its answers");
    }

    private async Task<IResult> SendAsync(string id, HttpRequest request, ApiCaller caller)
    {
        byte[] order = await ReadAsync(request, Order.MaximumSize).ConfigureAwait(false);
        return Sees(id, caller)
            ? Answer(await orders.AcceptAsync(id, order).ConfigureAwait(false), sent => Results.Ok(View(sent)))
            : Problem(Refusal.UnknownDevice(id));
    }

    private bool Sees(string id, ApiCaller caller)
    {
        return registry.Find(id) is { } device && caller.Sees(device);
    }

    private static object View(SentOrder order)
    {
        return new { order.Sha256, order.Verb, order.Sequence, order.Image, order.AcceptedAt, order.AnsweredAt, order.Token, order.Reason };
    }
}
