using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>The images that can be offered.</summary>
internal sealed class ImagesApi(DeviceRegistry registry, ImageStore images) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Post("/images", ApiRoles.Release, AddImageAsync);
        routes.Get("/images/{sha256}", ApiRoles.Any, (string sha256) =>
            registry.FindImage(sha256) is { } image ? Results.Ok(image) : Problem(new Refusal("unknown-image", "the store has no image of that hash", 404)));
    }

    private async Task<IResult> AddImageAsync(HttpRequest request)
    {
        return Answer(images.Add(await ReadAsync(request, ImageStore.MaximumLength).ConfigureAwait(false)), Results.Ok);
    }
}
