using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Namesake.Web.Access;
using Namesake.Web.Alarms;
using Namesake.Web.Brands;
using Namesake.Web.Config;
using Namesake.Web.Explain;
using Namesake.Web.Lanes;
using Namesake.Web.Messages;
using Namesake.Web.Metrics;
using Namesake.Web.Pages;
using Namesake.Web.Plans;
using Namesake.Web.Queue;
using Namesake.Web.Reports;
using Namesake.Web.Sites;
using Namesake.Web.Sources;
using Namesake.Web.Spool;
using Namesake.Web.Status;
using Namesake.Web.Submitters;
using Namesake.Web.Suppressions;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Namesake.Web;

/// <summary>The relay's REST API, its metrics and its status page, on an address of their own.</summary>
/// <remarks>Everything under /api wants the token of <see cref="TokenFile"/>. The status page and /metrics are open to requests made on this machine, because browsers and
/// scrapers carry no token of ours; from elsewhere they want it too. Beyond loopback only TLS is spoken.</remarks>
public sealed class RelayApi : IAsyncDisposable
{
    /// <summary>A request is a question; the largest body we take is an override with its reason.</summary>
    private const long MostBodyBytes = 16 * 1024;

    private readonly WebApplication _host;
    private readonly QueueTotals _totals;
    private readonly RelayMetrics _metrics;
    private readonly AlarmBook _alarms;
    private readonly AlarmWebhook _webhook;

    private RelayApi(WebApplication host, QueueTotals totals, RelayMetrics metrics, AlarmBook alarms, AlarmWebhook webhook, Uri address, string tokenFile)
    {
        (_host, _totals, _metrics, _alarms, _webhook) = (host, totals, metrics, alarms, webhook);
        (Address, TokenFilePath) = (address, tokenFile);
    }

    /// <summary>Where it really listens, "http://127.0.0.1:8025/".</summary>
    public Uri Address { get; }

    public string TokenFilePath { get; }

    /// <summary>Makes the token where there is none, and listens.</summary>
    /// <exception cref="IOException">The address can't be had, or the token file can't be written. The text says which and what to do.</exception>
    public static async Task<RelayApi> StartAsync(RelayApiSettings settings, RunningRelay relay, ILoggerFactory logs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(relay);
        var loopback = IPAddress.IsLoopback(settings.Address.Address);
        if (!loopback && relay.Model().Certificates.IsEmpty)
            throw new IOException($"api.address {settings.Address} is reachable from other machines, and there are no certificates: its token would cross the network in clear. "
                + "Listen on loopback (and go there by SSH or a reverse proxy with TLS), or configure certificates.");
        var log = logs.CreateLogger("Namesake.Web");
        var (tokenFile, token) = Token(settings.DataDirectory, log);
        var totals = new QueueTotals(relay.Spool, relay.Time);
        var metrics = new RelayMetrics(relay, totals);
        var disk = new DriveInfo(Path.GetFullPath(settings.DataDirectory));
        var alarms = new AlarmBook(relay, totals, () => disk.AvailableFreeSpace);
        var host = Build(settings, relay, loopback, logs);
        try
        {
            host.Use(new Doorkeeper(new TokenCheck(token), new HostCheck(settings.Address.Address, () => relay.Model().Certificates.SelectMany(certificate => certificate.Names)), tokenFile, log).InvokeAsync);
            Map(host, relay, totals, metrics, alarms);
            await host.StartAsync(cancellation);
        }
        catch (Exception trouble)
        {
            await host.DisposeAsync();
            metrics.Dispose();
            alarms.Dispose();
            totals.Dispose();
            throw trouble is IOException
                ? new IOException($"The API can't listen on {settings.Address}: {(trouble.InnerException ?? trouble).Message.TrimEnd('.')}. Another relay or program may have it; api.address changes it.", trouble)
                : trouble;
        }

        var address = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        ApiLog.Listening(log, address.ToString(), tokenFile);
        return new RelayApi(host, totals, metrics, alarms, new AlarmWebhook(relay, alarms, log), address, tokenFile);
    }

    public async ValueTask DisposeAsync()
    {
        await _webhook.DisposeAsync();
        await _host.DisposeAsync();
        _alarms.Dispose();
        _metrics.Dispose();
        _totals.Dispose();
    }

    private static WebApplication Build(RelayApiSettings settings, RunningRelay relay, bool loopback, ILoggerFactory logs)
    {
        // The empty builder reads no environment variables and no files: nothing but our configuration says where the API listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Namesake.Web", EnvironmentName = Environments.Production });
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddService("namesake", serviceVersion: relay.Version, serviceInstanceId: relay.Model().Node))
            .WithMetrics(metrics => metrics.AddMeter(RelayMetrics.Shown)
                .AddView("*", new MetricStreamConfiguration { CardinalityLimit = RelayMetrics.MostSeries })
                .AddPrometheusExporter(exporter =>
                {
                    exporter.ScopeInfoEnabled = false;
                    exporter.ScrapeResponseCacheDurationMilliseconds = 0;
                }));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            Limit(kestrel);
            kestrel.Listen(settings.Address, listen =>
            {
                if (!loopback)
                    listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = hello => ValueTask.FromResult(ApiTls.For(relay.Model().Certificates, hello.ClientHelloInfo.ServerName)) });
            });
        });
        return builder.Build();
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 50;
        kestrel.Limits.MaxConcurrentConnections = 200;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
    }

    private static void Map(WebApplication host, RunningRelay relay, QueueTotals totals, RelayMetrics metrics, AlarmBook alarms)
    {
        var status = new StatusReading(relay, alarms);
        var queue = new QueueEndpoints(relay);
        var api = ((IEndpointRouteBuilder)host).MapGroup("/api/v1");
        new StatusEndpoint(status).Map(api);
        new SourceEndpoints(relay).Map(api);
        new PlanEndpoints(relay).Map(api);
        new LaneEndpoints(relay).Map(api);
        new SiteEndpoints(relay).Map(api);
        new BrandEndpoints(relay, totals).Map(api);
        new ReportEndpoints(relay).Map(api);
        new SubmitterEndpoints(relay).Map(api);
        new SuppressionEndpoints(relay).Map(api);
        queue.Map(api);
        new VerbEndpoints(relay).Map(api);
        new MessageEndpoints(relay).Map(api);
        new ExplainEndpoint(relay).Map(api);
        new SpoolEndpoint(relay).Map(api);
        new ConfigEndpoint(relay).Map(api);
        new StatusPage(relay, status, queue).Map(host);
        host.UseWhen(http => http.Request.Path == MetricsPath, branch => branch.Use(async (http, next) =>
        {
            await metrics.PrepareAsync(http.RequestAborted);
            await next(http);
        }));
        host.MapPrometheusScrapingEndpoint(MetricsPath);
    }

    internal const string MetricsPath = "/metrics";

    private static (string Path, string Token) Token(string dataDirectory, ILogger log)
    {
        var path = TokenFile.PathIn(dataDirectory);
        try
        {
            var token = TokenFile.ReadOrCreate(path, out var replaced);
            if (replaced is not null)
                ApiLog.TokenReplaced(log, path, replaced);
            return (path, token);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The API's token file {path} can't be read or written: {trouble.Message} The data directory and what is in it must belong to the relay's user.", trouble);
        }
    }
}
