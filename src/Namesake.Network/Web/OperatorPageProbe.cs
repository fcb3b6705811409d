using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Web;

/// <summary>Looks at the first page of a domain, by HTTPS and else by HTTP, at the name itself and at www.</summary>
/// <remarks>DNS and redirections are others' word: only public addresses are connected to, only a few redirections are followed, only the beginning of a page is read.</remarks>
public sealed class OperatorPageProbe : IOperatorPageProbe, IDisposable
{
    private const int MostOctets = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IDnsLookup _dns;
    private readonly ImmutableArray<IPRange> _treatAsPublic;
    private readonly TimeProvider _time;
    private readonly OperatorPagePorts _ports;
    private readonly HttpClient _client;

    public OperatorPageProbe(IDnsLookup dns, ImmutableArray<IPRange> treatAsPublic, TimeProvider time, OperatorPagePorts? ports = null)
    {
        (_dns, _treatAsPublic, _time, _ports) = (dns, treatAsPublic, time, ports ?? new OperatorPagePorts());
        _client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, MaxAutomaticRedirections = 3, UseProxy = false, UseCookies = false, MaxResponseHeadersLength = 32 })
        {
            Timeout = Timeout.InfiniteTimeSpan, // ours is the clock
        };
        _client.DefaultRequestHeaders.Add("Accept", "text/html");
    }

    public async Task<OperatorPage> LookAsync(DomainName domain, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(domain);
        OperatorPage? best = null;
        foreach (var url in Urls(domain))
        {
            var page = await ReadAsync(url, cancellation);
            if (page.Verdict == OperatorPageVerdict.HasContact)
                return page;
            // What was really read says more than what was not reached; missing is definite only when all are.
            if (best is null || Weight(page) > Weight(best))
                best = page;
        }
        return best!;
    }

    public void Dispose() => _client.Dispose();

    private IEnumerable<Uri> Urls(DomainName domain)
    {
        foreach (var host in new[] { domain.Value, $"www.{domain}" })
        {
            yield return new UriBuilder(Uri.UriSchemeHttps, host, _ports.Https, "/").Uri;
            yield return new UriBuilder(Uri.UriSchemeHttp, host, _ports.Http, "/").Uri;
        }
    }

    private static int Weight(OperatorPage page) => page.Verdict switch
    {
        OperatorPageVerdict.HasNoContact => 3,
        OperatorPageVerdict.Unknown => 2,
        _ => 1,
    };

    private async Task<OperatorPage> ReadAsync(Uri url, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var response = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var at = response.RequestMessage?.RequestUri?.ToString() ?? url.ToString();
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                return new OperatorPage(OperatorPageVerdict.Missing, at, $"{(int)response.StatusCode}, there is no page");
            if (!response.IsSuccessStatusCode)
                return new OperatorPage(OperatorPageVerdict.Unknown, at, $"the site answers {(int)response.StatusCode}");
            return ContactPage.SignIn(await BeginningAsync(response, either.Token)) is { } sign
                ? new OperatorPage(OperatorPageVerdict.HasContact, at, $"the page has \"{sign}\" in it")
                : new OperatorPage(OperatorPageVerdict.HasNoContact, at, "the page names no contact");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new OperatorPage(OperatorPageVerdict.Unknown, url.ToString(), $"no page within {Patience.TotalSeconds:0} s");
        }
        catch (HttpRequestException failure)
        {
            var missing = failure.InnerException is NoSuchSiteException;
            return new OperatorPage(missing ? OperatorPageVerdict.Missing : OperatorPageVerdict.Unknown, url.ToString(), (failure.InnerException ?? failure).Message);
        }
        catch (IOException failure)
        {
            return new OperatorPage(OperatorPageVerdict.Unknown, url.ToString(), failure.Message);
        }
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var content = await response.Content.ReadAsStreamAsync(cancellation);
        var octets = new byte[MostOctets];
        var read = await content.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(octets, 0, read);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        if (!DomainName.TryParse(host, out var name, out _))
            throw new IOException($"{host} is no name"); // a redirection to an address
        foreach (var type in new[] { RecordType.A, RecordType.Aaaa })
        {
            var answer = await _dns.AskAsync(name, type, cancellation);
            if (!answer.IsDefinite)
                throw new IOException($"DNS does not say where {host} is: {answer.Server} {answer.Outcome.Words()}");
            if (answer.Addresses.FirstOrDefault(IsAllowed) is { } address)
                return await ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancellation);
        }
        throw new NoSuchSiteException($"{host} has no public address");
    }

    private bool IsAllowed(IPAddress address) => SpecialAddresses.IsPublic(address) || _treatAsPublic.Any(range => range.Contains(address));

    private static async Task<Stream> ConnectAsync(IPEndPoint target, CancellationToken cancellation)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class NoSuchSiteException(string message) : IOException(message);
}

/// <summary>Where the web is listened for. Default: where everybody does.</summary>
public sealed record OperatorPagePorts(int Http = 80, int Https = 443);
