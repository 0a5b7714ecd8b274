using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>Settings of a device's application: set, shown.</summary>
internal sealed class SettingsApi(DeviceRegistry registry, DeviceSettingsDesk settings) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Post("/devices/{id}/settings", ApiRoles.Operator, SetAsync)
            .WithSummary("sets all settings of a device's application anew: a flat object of whole numbers, texts, true and false").WithMetadata(new ApiBody("application/json"));
        routes.Get("/devices/{id}/settings", ApiRoles.Any, (string id, ApiCaller caller) =>
            !Sees(id, caller) ? Problem(Refusal.UnknownDevice(id))
            : settings.Find(id) is { } found ? Results.Ok(View(found))
            : Problem(new Refusal("no-settings", "nothing was ever set for this device", 404)))
            .WithSummary("shows the settings of a device's application, and what the device said to them");
    }

    private async Task<IResult> SetAsync(string id, HttpRequest request, ApiCaller caller)
    {
        byte[] json = await ReadAsync(request, SettingsText.MaximumBytes).ConfigureAwait(false);
        return registry.Find(id) is { } device && caller.Sees(device)
            ? Answer(await settings.SetAsync(device, json, caller.As(Actor.Operator)).ConfigureAwait(false), set => Results.Ok(View(set)))
            : Problem(Refusal.UnknownDevice(id));
    }

    private bool Sees(string id, ApiCaller caller)
    {
        return registry.Find(id) is { } device && caller.Sees(device);
    }

    private static object View(DeviceSettings settings)
    {
        using JsonDocument members = JsonDocument.Parse(settings.Members);
        return new { settings.Version, settings.InForce, settings = members.RootElement.Clone(), settings.SetAt, settings.AnsweredAt, settings.Token, settings.Reason };
    }
}
