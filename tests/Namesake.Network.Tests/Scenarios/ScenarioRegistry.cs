using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Namesake.Network.Registries;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>A registry of addresses by HTTP on loopback, with IANA's file that leads to it.</summary>
internal sealed class ScenarioRegistry : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _contacts = [];
    private WebApplication? _server;

    /// <param name="contacts">The abuse contact by address; empty: the block has none; "429": it answers so.</param>
    public async Task StartAsync(IEnumerable<(IPAddress Address, string Abuse)> contacts)
    {
        foreach (var (address, abuse) in contacts)
            _contacts[address.ToString()] = abuse;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.MapGet("/ipv4.json", () => $$"""{"services":[[["0.0.0.0/0"],["{{_server.Urls.Single()}}/rdap/"]]]}""");
        _server.MapGet("/rdap/ip/{address}", async (string address, HttpContext context) =>
        {
            var abuse = _contacts.GetValueOrDefault(address, "429");
            if (abuse == "429")
            {
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                return;
            }
            // RFC 9083 §5.4, and the contact as jCard, RFC 7095
            var entities = abuse.Length == 0 ? "" : $$"""{"objectClassName":"entity","roles":["abuse"],"vcardArray":["vcard",[["version",{},"text","4.0"],["email",{},"text","{{abuse}}"]]]}""";
            context.Response.ContentType = "application/rdap+json";
            await context.Response.WriteAsync($$"""{"objectClassName":"ip network","startAddress":"{{address}}","endAddress":"{{address}}","name":"BRAND-NET","entities":[{{entities}}]}""", context.RequestAborted);
        });
        await _server.StartAsync();
    }

    public RdapRegistry Ask() => new(new RdapSettings { BootstrapV4 = new Uri($"{_server!.Urls.Single()}/ipv4.json"), AllowHttp = true }, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
