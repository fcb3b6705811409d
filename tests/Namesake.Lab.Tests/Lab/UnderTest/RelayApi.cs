using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>The running relay's REST API, asked from its own host with the token of its data directory, as its CLI does.</summary>
public sealed class RelayApi : IDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private readonly HttpClient _http;
    private readonly Func<string> _tokenFile;

    public RelayApi(LabHost host, Func<string> tokenFile)
    {
        _tokenFile = tokenFile;
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, _) => new NetworkStream(await host.DialAsync(new IPEndPoint(IPAddress.Loopback, 8025)), ownsSocket: true),
        })
        { BaseAddress = new Uri("http://127.0.0.1:8025/api/v1/"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public async Task<SourceSeen> SourceAsync(string id) => (await ListAsync<SourceSeen>("sources")).Single(source => source.Id == id);

    /// <summary>Queues in which something waits.</summary>
    public async Task<IReadOnlyList<QueueSeen>> QueueAsync() => [.. (await ListAsync<QueueSeen>("queue")).Where(queue => queue.Waiting > 0)];

    public async Task<IReadOnlyList<MessageSeen>> MessagesAsync() => await ListAsync<MessageSeen>("messages");

    /// <summary>The events of one message's attempts, also when the message itself has gone.</summary>
    public async Task<IReadOnlyList<AttemptSeen>> AttemptsAsync(string id) => (await GetAsync<StorySeen>($"messages/{id}")).Events;

    public Task<StatusSeen> StatusAsync() => GetAsync<StatusSeen>("status");

    /// <summary>Lets the relay read its configuration again: the answer's status and text.</summary>
    public async Task<(HttpStatusCode Status, string Text)> ReloadAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "config/reload");
        request.Headers.Authorization = await AuthorizeAsync();
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<IReadOnlyList<SourceSeen>> SourcesAsync() => ListAsync<SourceSeen>("sources");

    /// <summary>Looks at a source with everything the relay has, as <c>namesake audit</c> does.</summary>
    public Task<AuditSeen> AuditAsync(string source) => AskAsync<AuditSeen>(HttpMethod.Post, $"sources/{source}/audit");

    /// <summary>Looks at a source's address and name now, as the watch does by itself from time to time.</summary>
    public Task<SourceSeen> ProbeAsync(string source) => AskAsync<SourceSeen>(HttpMethod.Post, $"sources/{source}/probe");

    /// <summary>Gives an order with a body; the answer as it is.</summary>
    public Task<JsonElement> OrderAsync(string path, object body) => AskAsync<JsonElement>(HttpMethod.Post, path, body);

    /// <summary>Carries a plan out, or takes it back, and waits for the end the relay tells of it.</summary>
    public async Task<string> CarryOutAsync(string plan, string verb, object? body = null)
    {
        await OrderAsync($"plans/{plan}/{verb}", body ?? new { });
        var work = await Eventually.GetAsync($"{verb} of {plan} is over", async () => (await GetAsync<JsonElement>($"plans/{plan}")).GetProperty("work"), work => work.GetProperty("ended").ValueKind != JsonValueKind.Null, TimeSpan.FromSeconds(60));
        return $"{work.GetProperty("end").GetString()}: {work.GetProperty("text").GetString()}";
    }

    public void Dispose() => _http.Dispose();

    private async Task<IReadOnlyList<T>> ListAsync<T>(string what)
    {
        var all = new List<T>();
        string? after = null;
        do
        {
            var page = await GetAsync<PageSeen<T>>($"{what}{(what == "sources" ? "" : $"?limit=1000{(after is null ? "" : $"&after={after}")}")}");
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    private Task<T> GetAsync<T>(string path) => AskAsync<T>(HttpMethod.Get, path);

    private async Task<T> AskAsync<T>(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = await AuthorizeAsync();
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonSerializer.Deserialize<T>(text, Web)!;
    }

    private async Task<AuthenticationHeaderValue> AuthorizeAsync() => new("Bearer", (await File.ReadAllTextAsync(_tokenFile())).Trim());
}
