using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Configuration;
using Namesake.Core.Dns;
using Namesake.Core.Sources;
using Namesake.Demo;
using Namesake.Protocol.Addresses;

namespace Namesake.Tests.Api;

/// <summary>A whole relay on loopback with the demo's name server and receivers, and its API over real sockets. At first no PTR exists, so every source is held.</summary>
public sealed class RunningDemo : IAsyncLifetime
{
    private HttpClient _http = null!;

    internal DemoWorld World { get; private set; } = null!;

    internal RelayHost Relay { get; private set; } = null!;

    internal Uri Api => Relay.Api.Address;

    internal string TokenFile => Relay.Api.TokenFilePath;

    /// <summary>The directory of the configuration and the data.</summary>
    internal string Directory => World.Directory;

    internal string Token => File.ReadAllText(TokenFile).Trim();

    public async ValueTask InitializeAsync()
    {
        World = await DemoWorld.CreateAsync(TimeProvider.System, NullLoggerFactory.Instance);
        await StartAsync(World.Configuration());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await World.DisposeAsync();
    }

    /// <summary>Ends the relay and starts another one in the same directory.</summary>
    internal async Task RestartAsync(string? configuration = null)
    {
        await StopAsync();
        await StartAsync(configuration ?? World.Configuration());
    }

    internal Task<ApiAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), Token);

    internal Task<ApiAnswer> PostAsync(string path, string? json = null, string type = "application/json") => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, MediaTypeHeaderValue.Parse(type)) }, Token);

    internal Task<ApiAnswer> DeleteAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), Token);

    internal async Task<ApiAnswer> SendAsync(HttpRequestMessage request, string? token)
    {
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers, response.Content.Headers);
    }

    /// <summary>Hands a message to the relay, which must take it.</summary>
    internal async Task SubmitAsync(string from, string to, string subject = "hello")
    {
        var reply = await DemoClient.SendAsync(Relay.Submission.Addresses[0], "app.demo.example", from, to, subject, TestContext.Current.CancellationToken);
        Assert.StartsWith("250", reply, StringComparison.Ordinal);
    }

    /// <summary>Gives a brand's source its PTR and looks.</summary>
    internal async Task AlignAsync(string brand)
    {
        var found = DemoWorld.Brands.Single(one => one.Id == brand);
        World.Dns.Zones.SetRecord(ReverseName.Of(found.Address).Value, RecordType.Ptr, found.Ehlo.Value);
        await Relay.Watch.ProbeNowAsync(new SourceId($"{brand}-v4"), TestContext.Current.CancellationToken);
    }

    /// <summary>Asks again until the answer is as wanted; a test that waits in vain fails with the last answer.</summary>
    internal async Task<ApiAnswer> UntilAsync(string path, Func<ApiAnswer, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var answer = await GetAsync(path);
            if (wanted(answer))
                return answer;
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{path} never became what was wanted; its last answer:\n{answer.Text}");
            }
        }
    }

    private async Task StartAsync(string configuration)
    {
        var reading = new ConfigurationReader().ReadText(configuration, Directory);
        Assert.True(reading.Configuration is not null, string.Join('\n', reading.Problems));
        Relay = new RelayHost(reading.Configuration, TimeProvider.System, NullLoggerFactory.Instance);
        await Relay.StartAsync(CancellationToken.None);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = Api };
        foreach (var source in Relay.Model.Sources.All)
            await Relay.Watch.ProbeNowAsync(source.Id, CancellationToken.None);
    }

    private async Task StopAsync()
    {
        _http.Dispose();
        await Relay.DisposeAsync();
    }
}

/// <summary>What came back.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, string? Type, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonElement Json
    {
        get
        {
            Assert.True(Status == HttpStatusCode.OK, $"{(int)Status}: {Text}");
            return JsonDocument.Parse(Text).RootElement;
        }
    }

    /// <summary>Is a problem document of this status and code (RFC 9457).</summary>
    public JsonElement Problem(HttpStatusCode status, string code)
    {
        Assert.True(Status == status, $"{(int)status} {code} was expected, {(int)Status} came: {Text}");
        Assert.Equal("application/problem+json", Type);
        var problem = JsonDocument.Parse(Text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal($"urn:namesake:problem:{code}", problem.GetProperty("type").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        return problem;
    }
}
