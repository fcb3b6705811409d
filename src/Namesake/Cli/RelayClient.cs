using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Namesake.Web;
using Namesake.Web.Problems;

namespace Namesake.Cli;

/// <summary>Asks a running relay over its REST API. Every way in which that can fail ends in a <see cref="CliException"/> that says what to do.</summary>
internal sealed class RelayClient : IDisposable
{
    /// <summary>Longest answer we read: a page of a thousand messages with long replies is far below.</summary>
    private const long MostBytes = 64 << 20;

    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly RelayAccess _access;

    private RelayClient(RelayAccess access, string token)
    {
        _access = access;
        // No proxy: an environment's http_proxy must not see the token, and a loopback address isn't there.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) }, disposeHandler: true)
        {
            BaseAddress = access.Api,
            Timeout = Timeout.InfiniteTimeSpan, // each question has its own patience
            MaxResponseContentBufferSize = MostBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public static RelayClient For(string? config, string? api, string? tokenFile, Terminal terminal)
    {
        var access = RelayAccess.Find(config, api, tokenFile, terminal);
        return new RelayClient(access, RelayToken.Read(access.TokenFile, terminal));
    }

    public async Task<Answer<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, cancellation);

    public async Task<Answer<T>> PostAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellation) => await SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(JsonSerializer.Serialize(body, bodyType), Encoding.UTF8, "application/json") }, type, cancellation);

    /// <param name="patience">How long the relay may take. Default 60 seconds.</param>
    public Task<Answer<T>> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation, TimeSpan? patience = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path), type, cancellation, patience);

    public Task<Answer<T>> DeleteAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) => SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), type, cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<Answer<T>> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation, TimeSpan? patience = null)
    {
        using var clock = new CancellationTokenSource(patience ?? UsualPatience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        using (request)
        {
            try
            {
                using var response = await _http.SendAsync(request, either.Token);
                var text = await response.Content.ReadAsByteArrayAsync(either.Token);
                if (!response.IsSuccessStatusCode)
                    throw Refusal(response, text);
                using var document = JsonDocument.Parse(text);
                return new Answer<T>(document.RootElement.Clone(), document.Deserialize(type) ?? throw new JsonException("null"));
            }
            catch (HttpRequestException trouble)
            {
                throw new CliException(ExitCode.Unknown, Unreachable(trouble));
            }
            catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new CliException(ExitCode.Unknown, $"the relay at {_access.Api} took the connection and did not answer within {(patience ?? UsualPatience).TotalSeconds:0} seconds: its log says what it is at");
            }
            catch (JsonException)
            {
                throw new CliException(ExitCode.Unknown, $"what answers at {_access.Api} is no Namesake, or one of another version: compare `namesake version` with its log");
            }
        }
    }

    private CliException Refusal(HttpResponseMessage response, byte[] text)
    {
        Problem? problem = null;
        if (response.Content.Headers.ContentType?.MediaType == Problem.ContentType)
            problem = JsonSerializer.Deserialize(text, ApiJson.Default.Problem);
        if (problem is null)
            return new CliException(ExitCode.Unknown, $"what answers at {_access.Api} is no Namesake: it said {(int)response.StatusCode} {response.ReasonPhrase}");
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new CliException(ExitCode.Unknown,
                $"the relay at {_access.Api} does not take the token of {_access.TokenFile}: it belongs to another relay, or the relay was started with another data directory ({problem.Code})"),
            HttpStatusCode.NotFound or HttpStatusCode.Conflict => new CliException(ExitCode.Negative, $"{problem.Detail} ({problem.Code})"),
            HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge => new CliException(ExitCode.Usage, $"{problem.Detail} ({problem.Code})"),
            _ => new CliException(ExitCode.Unknown, $"{problem.Title}: {problem.Detail} ({problem.Code})"),
        };
    }

    private string Unreachable(HttpRequestException trouble) => trouble switch
    {
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } =>
            $"no relay answers at {_access.Api}: it isn't running, or its api.address is another. Start it with: namesake run --config {_access.ConfigHint}",
        { InnerException: SocketException socket } => $"the relay's API at {_access.Api} can't be reached: {socket.Message}",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => $"the TLS of {_access.Api} is not to be trusted: {(trouble.InnerException ?? trouble).Message}",
        _ => $"the relay's API at {_access.Api} broke off: {(trouble.InnerException ?? trouble).Message}",
    };
}

/// <param name="Document">As it came, for --json.</param>
internal sealed record Answer<T>(JsonElement Document, T Value);
