using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DeviceFirmware.Fleet;

/// <summary>How the API reads requests and answers them, the same everywhere.</summary>
public static class ApiAnswers
{
    /// <summary>Largest request that is no file, bytes.</summary>
    public const int SmallBody = 64 * 1024;

    /// <summary>Most rows of one answer.</summary>
    public const int PageLimit = 1000;

    /// <summary>The value shown, or the refusal as a problem document.</summary>
    public static IResult Answer<T>(Outcome<T> outcome, Func<T, IResult> show)
        where T : class
    {
        return outcome.Refusal is { } refusal ? Problem(refusal) : show(outcome.Value!);
    }

    /// <summary>A problem document (RFC 9457) with a <c>token</c> member.</summary>
    public static IResult Problem(Refusal refusal)
    {
        return Results.Problem(
            title: "refused",
            detail: refusal.Text,
            statusCode: refusal.Status,
            extensions: new Dictionary<string, object?> { ["token"] = refusal.Token });
    }

    /// <summary>How many rows are wanted: at most <see cref="PageLimit"/>, which is also the default.</summary>
    public static int Page(int? limit)
    {
        return limit is >= 1 and <= PageLimit ? limit.Value : PageLimit;
    }

    /// <summary>The whole request, at most so many bytes; a longer one is refused with 413.</summary>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int maximum)
    {
        IHttpMaxRequestBodySizeFeature? limit = request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false })
        {
            limit.MaxRequestBodySize = maximum;
        }

        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted).ConfigureAwait(false);
        return body.ToArray();
    }

    /// <summary>An object with exactly these members, all of them texts.</summary>
    public static async Task<(Dictionary<string, string>? Members, IResult? Refused)> MembersAsync(HttpRequest request, params string[] names)
    {
        byte[] body = await ReadAsync(request, SmallBody).ConfigureAwait(false);
        if (!StrictJson.TryParse(body, SmallBody, out JsonDocument? document, out string? problem))
        {
            return (null, Problem(new Refusal("malformed-request", problem, 422)));
        }

        using (document)
        {
            if (!StrictJson.TryMembers(document.RootElement, names, [], out Dictionary<string, JsonElement> members, out problem))
            {
                return (null, Problem(new Refusal("malformed-request", problem, 422)));
            }

            Dictionary<string, string> texts = [];
            foreach (string name in names)
            {
                if (!StrictJson.TryText(members[name], out string text))
                {
                    return (null, Problem(new Refusal("malformed-request", $"'{name}' must be a string", 422)));
                }

                texts[name] = text;
            }

            return (texts, null);
        }
    }

    /// <summary>An account that a caller may speak for; neither the device's own nor the fleet's.</summary>
    public static bool TryActor(string word, out Actor actor, [NotNullWhen(false)] out IResult? refused)
    {
        bool known = TryWord(word, out actor) && actor is not (Actor.Device or Actor.Fleet);
        refused = known ? null : Problem(new Refusal("unknown-actor", "the actor must be factory, operator or owner", 422));
        return known;
    }

    /// <summary>The value of that name, as <see cref="DeviceRegistry.Word"/> writes it.</summary>
    public static bool TryWord<T>(string word, out T value)
        where T : struct, Enum
    {
        return DeviceRegistry.TryWord(word, out value);
    }
}
