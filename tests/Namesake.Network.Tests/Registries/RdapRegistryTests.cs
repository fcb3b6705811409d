using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Registries;
using Namesake.Network.Tests.Sockets;

namespace Namesake.Network.Tests.Registries;

/// <summary>Real HTTP with a registry on loopback.</summary>
public sealed class RdapRegistryTests : IAsyncLifetime
{
    private const string Answer = """
        {"objectClassName":"ip network","startAddress":"203.0.113.0","endAddress":"203.0.113.255","name":"TEST-NET-3",
         "entities":[{"roles":["abuse"],"vcardArray":["vcard",[["email",{},"text","abuse@provider.example"]]]}]}
        """;

    private readonly List<string> _asked = [];
    private WebApplication _server = null!;
    private string _url = "";
    private Func<HttpContext, Task> _answer = context => context.Response.WriteAsync(Answer);
    private Func<string>? _bootstrap;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.MapGet("/ipv4.json", () => _bootstrap?.Invoke() ?? $$"""{"services":[[["203.0.113.0/24"],["{{_url}}/rdap/"]]]}""");
        _server.MapGet("/{**path}", context =>
        {
            lock (_asked)
                _asked.Add($"{context.Request.Path} {context.Request.Headers.Accept}");
            return _answer(context);
        });
        await _server.StartAsync();
        _url = _server.Urls.Single();
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_registry_responsible_is_asked_and_its_contact_found()
    {
        var facts = await AskAsync();
        Assert.Equal((null, "TEST-NET-3 203.0.113.0 – 203.0.113.255", "abuse@provider.example"), (facts.Trouble, facts.Block, facts.AbuseContacts.Single()));
        Assert.Equal($"{_url}/rdap/ip/203.0.113.5", facts.From);
        Assert.Equal("/rdap/ip/203.0.113.5 application/rdap+json", Assert.Single(_asked));
    }

    [Fact]
    public async Task Redirects_are_followed_three_times()
    {
        var left = 3;
        _answer = context =>
        {
            if (left-- == 0)
                return context.Response.WriteAsync(Answer);
            context.Response.Redirect($"/moved/{left}");
            return Task.CompletedTask;
        };
        Assert.Null((await AskAsync()).Trouble);
        left = 4;
        Assert.Equal("more than 3 redirects", (await AskAsync()).Trouble);
    }

    [Fact]
    public async Task Nobody_is_asked_without_TLS_unless_that_is_allowed()
    {
        Assert.Equal("no registry is named for 203.0.113.5", (await AskAsync(settings => settings with { AllowHttp = false })).Trouble);
        _answer = context =>
        {
            context.Response.Redirect("ftp://127.0.0.1/x");
            return Task.CompletedTask;
        };
        Assert.Equal("it leads away from TLS", (await AskAsync()).Trouble);
    }

    [Theory]
    [InlineData(404, "it answers 404")]
    [InlineData(429, "too many questions (429)")]
    [InlineData(500, "it answers 500")]
    public async Task What_is_no_answer_is_told(int status, string trouble)
    {
        _answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        Assert.Equal(trouble, (await AskAsync()).Trouble);
    }

    [Fact]
    public async Task An_answer_about_something_else_or_without_end_is_none()
    {
        _answer = context => context.Response.WriteAsync("<html>please pay</html>");
        Assert.Equal("what it answers is nothing about a block of addresses", (await AskAsync()).Trouble);
        _answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.WriteAsync(new string(' ', 10_000));
        };
        Assert.Equal("an answer of more than 524288 octets", (await AskAsync()).Trouble);
    }

    [Fact]
    public async Task A_registry_that_stalls_costs_its_patience()
    {
        _answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        Assert.Equal("no answer within 1 s", (await AskAsync(settings => settings with { Patience = TimeSpan.FromSeconds(1) })).Trouble);
    }

    [Fact]
    public async Task IANAs_file_is_asked_for_once_a_day_and_again_when_it_failed()
    {
        var fetched = 0;
        _bootstrap = () =>
        {
            fetched++;
            return $$"""{"services":[[["203.0.113.0/24"],["{{_url}}"]]]}""";
        };
        using var registry = Registry();
        for (var i = 0; i < 3; i++)
            Assert.Null((await registry.AskAsync(IPAddress.Parse("203.0.113.5"), TestContext.Current.CancellationToken)).Trouble);
        Assert.Equal(1, fetched);
        _answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        using var failing = Registry(settings => settings with { BootstrapV4 = new Uri($"{_url}/gone.json") });
        await failing.AskAsync(IPAddress.Parse("203.0.113.5"), TestContext.Current.CancellationToken);
        await failing.AskAsync(IPAddress.Parse("203.0.113.5"), TestContext.Current.CancellationToken);
        Assert.Equal(2, _asked.Count(path => path.StartsWith("/gone.json", StringComparison.Ordinal)));
    }

    private RdapRegistry Registry(Func<RdapSettings, RdapSettings>? change = null)
    {
        var settings = new RdapSettings { BootstrapV4 = new Uri($"{_url}/ipv4.json"), AllowHttp = true };
        return new RdapRegistry(change?.Invoke(settings) ?? settings, TimeProvider.System);
    }

    private async Task<RegistryFacts> AskAsync(Func<RdapSettings, RdapSettings>? change = null)
    {
        using var registry = Registry(change);
        return await registry.AskAsync(IPAddress.Parse("203.0.113.5"), TestContext.Current.CancellationToken).WaitAsync(Loopback.Patience);
    }
}
