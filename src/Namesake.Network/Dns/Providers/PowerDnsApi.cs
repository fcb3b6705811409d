using System.Buffers;
using System.Globalization;
using System.Text;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Providers;

/// <summary>The requests of PowerDNS's API that are needed here, each bounded in time and size.</summary>
internal sealed class PowerDnsApi : IDisposable
{
    /// <summary>Servers before 4.7 answer with the whole zone however little is asked for: a /16 has some 10 MB.</summary>
    private const int MostOctets = 32 * 1024 * 1024;

    private readonly PowerDnsSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public PowerDnsApi(PowerDnsSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        // No redirects and no proxy of the environment: the key goes where the configuration says and nowhere else.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = settings.Timeout }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Add("X-API-Key", settings.ApiKey);
    }

    /// <summary>A zone with the records of one name, of all types.</summary>
    public Task<PowerDnsAnswer> NameAsync(DomainName zone, DomainName name, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, $"/{ZoneId(zone)}?rrsets=true&rrset_name={Uri.EscapeDataString(name.Value + ".")}", null, cancellation);

    public Task<PowerDnsAnswer> ZoneAsync(DomainName zone, bool withRecords, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, $"/{ZoneId(zone)}?rrsets={(withRecords ? "true" : "false")}", null, cancellation);

    public Task<PowerDnsAnswer> ChangeAsync(DomainName zone, string body, CancellationToken cancellation) => SendAsync(HttpMethod.Patch, $"/{ZoneId(zone)}", body, cancellation);

    public Task<PowerDnsAnswer> MakeAsync(string body, CancellationToken cancellation) => SendAsync(HttpMethod.Post, "", body, cancellation);

    public Task<PowerDnsAnswer> RemoveAsync(DomainName zone, CancellationToken cancellation) => SendAsync(HttpMethod.Delete, $"/{ZoneId(zone)}", null, cancellation);

    public void Dispose() => _http.Dispose();

    /// <summary>The names of RFC 2317 have a slash in them: whatever is no letter, digit, dot or hyphen is written "=2F" there.</summary>
    internal static string ZoneId(DomainName zone)
    {
        var id = new StringBuilder(zone.Value.Length + 1);
        foreach (var octet in Encoding.UTF8.GetBytes(zone.Value + "."))
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'.' or (byte)'-')
                id.Append((char)octet);
            else
                id.Append(CultureInfo.InvariantCulture, $"={octet:X2}");
        return id.ToString();
    }

    private async Task<PowerDnsAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_settings.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var request = new HttpRequestMessage(method, new Uri(_settings.Url, $"/api/v1/servers/{Uri.EscapeDataString(_settings.Server)}/zones{path}"));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await ReadAsync(response, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Whether the connection stood by then is not told: it may have been sent.
            return new(0, default, true, $"{_settings.Url} did not answer within {_settings.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            var wasSent = broken is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };
            return new(0, default, wasSent, $"{_settings.Url} could not be spoken with: {broken.Message}");
        }
    }

    private async Task<PowerDnsAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var octets = new ArrayBufferWriter<byte>(16 * 1024);
        while (true)
        {
            var read = await stream.ReadAsync(octets.GetMemory(16 * 1024), cancellation);
            if (read == 0)
                break;
            octets.Advance(read);
            if (octets.WrittenCount > MostOctets)
                return new(0, default, true, $"{_settings.Url} answers with more than {MostOctets >> 20} MiB");
        }

        var trouble = response.IsSuccessStatusCode ? "" : $"{_settings.Url} says {(int)response.StatusCode}{PowerDnsReading.Error(octets.WrittenMemory)}";
        return new((int)response.StatusCode, octets.WrittenMemory, true, trouble);
    }
}

/// <param name="Status">0: there was no answer, and <paramref name="Trouble"/> says why.</param>
/// <param name="WasSent">False: it never left.</param>
internal sealed record PowerDnsAnswer(int Status, ReadOnlyMemory<byte> Body, bool WasSent, string Trouble)
{
    public bool IsGood => Status is >= 200 and < 300;

    /// <summary>404; servers before 4.3 said 422.</summary>
    public bool IsNoZone => Status == 404 || (Status == 422 && Trouble.Contains("Could not find domain", StringComparison.OrdinalIgnoreCase));
}
