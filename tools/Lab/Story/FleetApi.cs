using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>The fleet's registry API, as any other client would use it.</summary>
public sealed class FleetApi : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client;
    private readonly CancellationToken _stop;

    /// <summary>A client of the API on that port, with the key from that file and the root that its certificate must chain to.</summary>
    public FleetApi(int port, string keyFile, string root, CancellationToken stop)
    {
        _stop = stop;
        Url = $"https://localhost:{port}";
        TokenFile = keyFile;
        SocketsHttpHandler handler = new();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(root) },
        };
        _client = new HttpClient(handler) { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(10) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadLines(keyFile).First());
    }

    /// <summary>Base address.</summary>
    public string Url { get; }

    /// <summary>File with the API key.</summary>
    public string TokenFile { get; }

    /// <summary>What each command of <c>fleet</c> that calls the API takes.</summary>
    public string[] Arguments => ["--api", Url, "--token-file", TokenFile];

    /// <summary>GET.</summary>
    public async Task<JsonNode> GetAsync(string path)
    {
        return await _client.GetFromJsonAsync<JsonNode>(path, _stop) ?? throw new ExpectationFailedException($"fleet answers GET {path}");
    }

    /// <summary>POST of a JSON object; fails when the fleet refuses.</summary>
    public async Task<JsonNode> PostAsync(string path, object body)
    {
        using HttpResponseMessage response = await _client.PostAsJsonAsync(path, body, JsonSerializerOptions.Web, _stop);
        return await ReadAsync(path, response);
    }

    /// <summary>POST of a file.</summary>
    public async Task<JsonNode> PostFileAsync(string path, string file)
    {
        using ByteArrayContent content = new(await File.ReadAllBytesAsync(file, _stop));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using HttpResponseMessage response = await _client.PostAsync(path, content, _stop);
        return await ReadAsync(path, response);
    }

    /// <summary>Asks again and again until the answer fits; fails when it does not in time.</summary>
    public async Task<JsonNode> UntilAsync(string what, string path, Func<JsonNode, bool> fits, double seconds = 60)
    {
        DateTime deadline = DateTime.UtcNow.AddSeconds(seconds);
        while (true)
        {
            JsonNode answer = await GetAsync(path);
            if (fits(answer))
            {
                return answer;
            }

            if (DateTime.UtcNow > deadline)
            {
                string shown = answer.ToJsonString();
                throw new ExpectationFailedException($"{what}: not within {seconds:0} s; GET {path} last said {(shown.Length > 600 ? shown[^600..] : shown)}");
            }

            await Task.Delay(_pause, _stop);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
    }

    private async Task<JsonNode> ReadAsync(string path, HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync(_stop);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text) ?? throw new ExpectationFailedException($"fleet answers POST {path}")
            : throw new ExpectationFailedException($"fleet takes POST {path}: {(int)response.StatusCode} {text}");
    }
}
