using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>One call of the API; a problem document becomes <c>refused: token: text</c>.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;

    public ApiClient(string url, string keyFile)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            throw ToolFailure.BadInput("--api must be an http or https address");
        }

        if (address.Scheme == "http" && !address.IsLoopback)
        {
            throw ToolFailure.BadInput("--api: the key is sent in the clear to loopback only; use https");
        }

        (string key, X509Certificate2Collection roots) = ApiKeyFile.Read(keyFile);
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseProxy = false };
        if (roots.Count > 0)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        _http = new HttpClient(handler)
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(30),
            MaxResponseContentBufferSize = 64 * 1024 * 1024,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public Task<JsonElement> GetAsync(string path)
    {
        return SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
    }

    public async Task<byte[]> DownloadAsync(string path)
    {
        try
        {
            using HttpResponseMessage response = await _http.GetAsync(path);
            byte[] content = await response.Content.ReadAsByteArrayAsync();
            return response.IsSuccessStatusCode ? content : throw Refused(response, JsonDocument.Parse(content).RootElement);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or TaskCanceledException)
        {
            throw NoAnswer(failure);
        }
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
            return response.IsSuccessStatusCode ? answer : throw Refused(response, answer);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or TaskCanceledException)
        {
            throw NoAnswer(failure);
        }
    }

    private static ToolFailure Refused(HttpResponseMessage response, JsonElement answer)
    {
        return ToolFailure.Refused(Member(answer, "token") ?? $"http-{(int)response.StatusCode}", Member(answer, "detail") ?? "the server refused");
    }

    private static ToolFailure NoAnswer(Exception failure)
    {
        return ToolFailure.BadInput($"no answer of the fleet's API: {(failure.InnerException ?? failure).Message}");
    }

    private static string? Member(JsonElement element, string name)
    {
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }
}
