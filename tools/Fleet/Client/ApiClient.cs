using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>One call of the API; a problem document becomes <c>refused: token: text</c>.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;

    public ApiClient(string url, string tokenFile)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            throw ToolFailure.BadInput("--api must be an http or https address");
        }

        if (address.Scheme == "http" && !address.IsLoopback)
        {
            throw ToolFailure.BadInput("--api: the token is sent in the clear to loopback only; use https");
        }

        _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(30),
            MaxResponseContentBufferSize = 64 * 1024 * 1024,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiToken.Read(tokenFile));
    }

    public Task<JsonElement> GetAsync(string path)
    {
        return SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
    }

    public Task<JsonElement> PostAsync(string path, IReadOnlyDictionary<string, string> members)
    {
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(JsonSerializer.Serialize(members), Encoding.UTF8, "application/json"),
        });
    }

    public Task<JsonElement> PostAsync(string path, byte[] content, string type)
    {
        ByteArrayContent body = new(content);
        body.Headers.ContentType = new MediaTypeHeaderValue(type);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = body });
    }

    public void Dispose()
    {
        _http.Dispose();
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request)
    {
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request);
            using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            JsonElement answer = document.RootElement.Clone();
            if (response.IsSuccessStatusCode)
            {
                return answer;
            }

            throw ToolFailure.Refused(Member(answer, "token") ?? $"http-{(int)response.StatusCode}", Member(answer, "detail") ?? "the server refused");
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or TaskCanceledException)
        {
            throw ToolFailure.BadInput($"no answer of the fleet's API: {failure.Message}");
        }
    }

    private static string? Member(JsonElement element, string name)
    {
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }
}
