using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>The images that can be offered.</summary>
internal sealed class ImagesApi(DeviceRegistry registry, ImageStore images) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Post("/images", ApiRoles.Release, AddImageAsync)
            .WithSummary("stores an image that can be offered").WithMetadata(new ApiBody("application/octet-stream"));
        routes.Get("/images/{sha256}", ApiRoles.Any, (string sha256) =>
            registry.FindImage(sha256) is { } image ? Results.Ok(image) : Problem(new Refusal("unknown-image", "the store has no image of that hash", 404))).WithSummary("what a stored image says it is");
    }

    private async Task<IResult> AddImageAsync(HttpRequest request)
    {
        return Answer(images.Add(await ReadAsync(request, ImageStore.MaximumLength).ConfigureAwait(false)), Results.Ok);
    }
}
