using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Submission;

namespace Namesake.Web.Alarms;

/// <summary>Posts what stands to the configured address when it changes, and again after a while: never over the path that is held.</summary>
/// <remarks>
/// <para>It tells states, not events: nothing queues up. While the receiver doesn't answer, the newest state is tried again with back-off, from the interval up to 5 minutes;
/// after a restart everything that stands is told anew. What came and went between two posts is not told.</para>
/// <para>A task of its own that nobody waits for: mail goes on whatever becomes of it.</para>
/// </remarks>
internal sealed class AlarmWebhook : IAsyncDisposable
{
    public const string SignatureHeader = "Namesake-Signature";

    private const int Most = 100;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A new source is unproven for the seconds of its first look: that is no alarm yet.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    private readonly RunningRelay _relay;
    private readonly AlarmBook _book;
    private readonly ILogger _log;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private ImmutableHashSet<string>? _told;
    private DateTimeOffset _toldAt, _notBefore;
    private int _failures;

    public AlarmWebhook(RunningRelay relay, AlarmBook book, ILogger log)
    {
        (_relay, _book, _log) = (relay, book, log);
        // No redirects: a signed body goes where the operator said and nowhere else.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = Timeout.InfiniteTimeSpan };
        relay.Identity.Changed += Changed;
        relay.Submitters.Changed += Frozen;
        _running = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _relay.Identity.Changed -= Changed;
        _relay.Submitters.Changed -= Frozen;
        await _stopping.CancelAsync();
        await _running;
        _http.Dispose();
        _changed.Dispose();
        _stopping.Dispose();
    }

    /// <summary>HMAC-SHA256 of the body's octets, "sha256=" and 64 hexadecimal digits.</summary>
    public static string Sign(string secret, ReadOnlySpan<byte> body) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var wait = Look;
            try
            {
                wait = await StepAsync();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble)
            {
                ApiLog.AlarmsFailed(_log, trouble); // A spool that can't be read now, or a bug: looked at again, never given up.
            }

            await WaitAsync(wait);
        }
    }

    /// <returns>When to look again.</returns>
    private async Task<TimeSpan> StepAsync()
    {
        var settings = _relay.Alarms();
        var alarms = await _book.ReadAsync(_stopping.Token); // Also without a webhook: since when an alarm stands is known by looking.
        if (settings.Webhook is not { } address)
        {
            (_told, _failures, _notBefore) = (null, 0, default);
            return Look;
        }

        var now = _relay.Time.GetUtcNow();
        var standing = alarms.Where(alarm => !(alarm.Reason == "unproven" && now - alarm.Since < FirstLook)).ToImmutableArray();
        var ids = standing.Select(alarm => alarm.Id).ToImmutableHashSet(StringComparer.Ordinal);
        var isNews = _told is null ? ids.Count > 0 : !ids.SetEquals(_told) || (ids.Count > 0 && now - _toldAt >= settings.Repeat);
        if (!isNews)
            return Look;
        if (now < _notBefore)
            return Shorter(_notBefore - now, Look);
        var before = _told ?? [];
        var post = new AlarmPost(_relay.Model().Node, _relay.Version, now, [.. standing.Take(Most)], Math.Max(0, standing.Length - Most),
            [.. ids.Except(before).Order(StringComparer.Ordinal)], [.. before.Except(ids).Order(StringComparer.Ordinal)]);
        if (await PostAsync(address, settings.Secret, post) is not { } trouble)
        {
            if (_failures > 0)
                ApiLog.AlarmsToldAgain(_log, _failures);
            (_told, _toldAt, _failures, _notBefore) = (ids, now, 0, now + settings.Interval);
            return Shorter(settings.Interval, Look);
        }

        _failures++;
        var backoff = Shorter(settings.Interval * (1 << Math.Min(_failures - 1, 10)), LongestBackoff);
        backoff = backoff < settings.Interval ? settings.Interval : backoff;
        _notBefore = _relay.Time.GetUtcNow() + backoff;
        ApiLog.AlarmsUntold(_log, post.Alarms.Length, trouble, backoff.TotalSeconds);
        return Shorter(backoff, Look);
    }

    /// <returns>Null when it was taken (2xx), else the trouble, without the address: it may hold a token.</returns>
    private async Task<string?> PostAsync(Uri address, string? secret, AlarmPost post)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(post, ApiJson.Default.AlarmPost);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Namesake", _relay.Version));
        if (secret is not null)
            request.Headers.Add(SignatureHeader, Sign(secret, body));
        using var patience = new CancellationTokenSource(Patience, _relay.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        try
        {
            // The answer's body is nobody's business: it is not read, however long it is.
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException failure)
        {
            return failure.HttpRequestError == HttpRequestError.Unknown ? "it could not be reached" : $"it could not be reached ({failure.HttpRequestError})";
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return $"it did not answer within {Patience.TotalSeconds:0} seconds";
        }
    }

    private async Task WaitAsync(TimeSpan span)
    {
        try
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            var changed = _changed.WaitAsync(enough.Token);
            var isChange = await Task.WhenAny(Task.Delay(span, _relay.Time, enough.Token), changed) == changed;
            await enough.CancelAsync();
            if (isChange) // What happens together is told together, and the counts know of it.
                await Task.Delay(AlarmBook.Age, _relay.Time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private void Changed(StandingChange change) => LookNow();

    private void Frozen(Freeze freeze) => LookNow();

    private void LookNow()
    {
        if (_changed.CurrentCount > 0)
            return; // Two reasons to look are one look.
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another thread was first.
        }
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
