using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;

namespace Namesake.Network.Registries;

/// <summary>Asks by RDAP (RFC 9082 §3.1.1): 1. IANA's file says which server is responsible, 2. that server is asked, 3. along its redirects.</summary>
public sealed class RdapRegistry : IRegistry, IDisposable
{
    private const int MostRedirects = 3;

    private readonly RdapSettings _settings;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly Lock _gate = new();
    private readonly Dictionary<Uri, (Task<Fetched> Asking, DateTimeOffset Since)> _bootstraps = [];

    public RdapRegistry(RdapSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _clock) = (settings, clock);
        // Redirects are followed here, so that none leads away from TLS.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = settings.Patience }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/rdap+json"));
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Namesake", null));
    }

    public async Task<RegistryFacts> AskAsync(IPAddress address, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        var bootstrap = address.AddressFamily == AddressFamily.InterNetworkV6 ? _settings.BootstrapV6 : _settings.BootstrapV4;
        var file = await BootstrapAsync(bootstrap).WaitAsync(cancellation); // 1.
        if (file.Trouble is { } missing)
            return Silent(bootstrap, missing);
        if (RdapReading.ServerFor(address, file.Octets, _settings.AllowHttp) is not { } server || !Uri.TryCreate($"{server.ToString().TrimEnd('/')}/ip/{address}", UriKind.Absolute, out var url))
            return Silent(bootstrap, $"no registry is named for {address}");
        var answer = await FetchAsync(url, cancellation); // 2.
        if (answer.Trouble is { } trouble)
            return Silent(answer.From, trouble);
        return RdapReading.Network(answer.Octets) is { } network
            ? new RegistryFacts(answer.From.ToString(), network.Block, network.AbuseContacts, null)
            : Silent(answer.From, "what it answers is nothing about a block of addresses");
    }

    public void Dispose() => _http.Dispose();

    private static RegistryFacts Silent(Uri from, string trouble) => new(from.ToString(), "", [], trouble);

    private Task<Fetched> BootstrapAsync(Uri url)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var isKnown = _bootstraps.TryGetValue(url, out var known);
            // One that failed is asked for again: it is needed for every address.
            var failed = isKnown && known.Asking is { IsCompleted: true } && (!known.Asking.IsCompletedSuccessfully || known.Asking.GetAwaiter().GetResult().Trouble is not null);
            if (!isKnown || failed || now - known.Since >= _settings.BootstrapAge)
                _bootstraps[url] = known = (FetchAsync(url, CancellationToken.None), now);
            return known.Asking;
        }
    }

    private async Task<Fetched> FetchAsync(Uri url, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_settings.Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var at = url;
        try
        {
            for (var redirects = 0; redirects <= MostRedirects; redirects++)
            {
                using var response = await _http.GetAsync(at, HttpCompletionOption.ResponseHeadersRead, either.Token);
                if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location) // 3.
                {
                    at = new Uri(at, location);
                    if (at.Scheme != Uri.UriSchemeHttps && !(_settings.AllowHttp && at.Scheme == Uri.UriSchemeHttp))
                        return new(at, default, "it leads away from TLS");
                    continue;
                }
                if (response.StatusCode != HttpStatusCode.OK)
                    return new(at, default, response.StatusCode == HttpStatusCode.TooManyRequests ? "too many questions (429)" : $"it answers {(int)response.StatusCode}");
                return await ReadAsync(at, response, either.Token);
            }
            return new(at, default, $"more than {MostRedirects} redirects");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(at, default, $"no answer within {_settings.Patience.TotalSeconds:0.#} s");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or UriFormatException or InvalidOperationException or NotSupportedException)
        {
            return new(at, default, broken.Message);
        }
    }

    private async Task<Fetched> ReadAsync(Uri at, HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var octets = new ArrayBufferWriter<byte>(16 * 1024);
        while (true)
        {
            var read = await stream.ReadAsync(octets.GetMemory(8 * 1024), cancellation);
            if (read == 0)
                return new(at, octets.WrittenMemory, null);
            octets.Advance(read);
            if (octets.WrittenCount > _settings.MostOctets)
                return new(at, default, $"an answer of more than {_settings.MostOctets} octets");
        }
    }

    private sealed record Fetched(Uri From, ReadOnlyMemory<byte> Octets, string? Trouble);
}
