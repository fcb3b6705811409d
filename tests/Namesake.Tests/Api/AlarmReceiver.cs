using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Namesake.Tests.Api;

/// <summary>Somebody's alarm desk: a real HTTP server on loopback that keeps what is posted and answers as the test says.</summary>
internal sealed class AlarmReceiver : IAsyncDisposable
{
    private readonly Channel<AlarmPosted> _posts = Channel.CreateBounded<AlarmPosted>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.Wait });
    private readonly WebApplication _host;

    private AlarmReceiver(WebApplication host) => _host = host;

    public Uri Address => new(_host.Urls.First() + "/hook?token=T0KEN");

    /// <summary>The answer to the post of this number, from 1.</summary>
    public Func<int, int> Answer { get; set; } = _ => 200;

    /// <summary>Answers wait for it.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public static async Task<AlarmReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new AlarmReceiver(builder.Build());
        var number = 0;
        receiver._host.MapPost("/hook", async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            await receiver._posts.Writer.WriteAsync(new AlarmPosted(body.ToArray(), http.Request.Headers["Namesake-Signature"], http.Request.ContentType));
            await receiver.Until.WaitAsync(http.RequestAborted);
            http.Response.StatusCode = receiver.Answer(Interlocked.Increment(ref number));
            http.Response.Headers.Location = "/elsewhere";
        });
        await receiver._host.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The next post that is as wanted; those before it are passed over.</summary>
    public async Task<AlarmPosted> NextAsync(Func<AlarmPosted, bool>? wanted = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var post = await _posts.Reader.ReadAsync(patience.Token);
            if (wanted is null || wanted(post))
                return post;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _posts.Writer.TryComplete();
        await _host.DisposeAsync();
    }
}

internal sealed record AlarmPosted(byte[] Body, string? Signature, string? Type)
{
    public JsonElement Json { get; } = JsonDocument.Parse(Body).RootElement;

    public DateTimeOffset At => Json.GetProperty("at").GetDateTimeOffset();

    public IReadOnlyList<string?> Ids(string list) => [.. Json.GetProperty(list).EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : item.GetProperty("id").GetString())];

    public JsonElement Alarm(string id) => Json.GetProperty("alarms").EnumerateArray().Single(alarm => alarm.GetProperty("id").GetString() == id);
}
