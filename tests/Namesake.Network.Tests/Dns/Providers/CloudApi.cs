using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Namesake.Network.Dns.Providers;
using Namesake.Network.Tests.RealServers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>An HTTP server that answers as the API of a cloud is documented to, and the example program that speaks with it.</summary>
internal sealed class CloudApi : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-cloud-").FullName;

    private CloudApi(WebApplication server) => _server = server;

    /// <summary>Method, path and body of every request, in order.</summary>
    public List<string> Asked { get; } = [];

    public string Url => _server.Urls.Single();

    public static async Task<CloudApi> StartAsync(Func<HttpRequest, string, (int Status, string Body)> answer)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "there is no python3");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        var api = new CloudApi(server);
        server.Map("/{**path}", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            lock (api.Asked)
                api.Asked.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}".TrimEnd());
            var (status, text) = answer(context.Request, body);
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(text);
        });
        await server.StartAsync();
        return api;
    }

    /// <param name="secret">The content of the file that is named last.</param>
    public ProgramProvider Example(string script, string secret, params string[] arguments)
    {
        var file = Path.Combine(_folder, "secret");
        File.WriteAllText(file, secret);
        return new ProgramProvider(new ProgramSettings
        {
            Id = "cloud",
            Command = ["python3", "-B", Path.Combine(RealProgram.Root, "samples", "dns-providers", script), .. arguments, file],
            Zones = [DomainName.Parse("113.0.203.in-addr.arpa")],
        }, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
