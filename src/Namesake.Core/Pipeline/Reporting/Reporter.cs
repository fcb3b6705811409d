using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Pipeline.Reporting;

/// <summary>Writes down how attempts ended: the spool's rows, the event, the DSNs, in one transaction.</summary>
/// <remarks>A settlement that the spool could not take is repeated until it is taken: what a receiver has accepted must not be sent again because a disk was full.
/// Settling is idempotent by message and recipient, so repeating after an unknown outcome does no harm.</remarks>
public sealed class Reporter(ISpool spool, Func<RelayModel> model, IPlacement placement, TimeProvider time, ILogger log)
{
    /// <summary>Waiting mail older than this is told about, once (verdicts: after 4 hours).</summary>
    public static readonly TimeSpan DelayAfter = TimeSpan.FromHours(4);

    /// <summary>Life of mail that was refused for good for our identity: after a day without repair the sender must know.</summary>
    public static readonly TimeSpan LifeAfterIdentityRefusal = TimeSpan.FromHours(24);

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>One line a minute while a settlement can't be written.</summary>
    private const int TriesPerLine = 60;

    private static readonly TimeSpan AfterFault = TimeSpan.FromMinutes(5);

    /// <summary>Settles one attempt.</summary>
    /// <param name="outcomes">One per recipient, in the consignment's order.</param>
    /// <param name="notBefore">When what was abandoned is due again; null: at once. What was deferred is due at the time stored with the claim.</param>
    /// <returns>Our own DSNs to be handed on in memory.</returns>
    public async Task<ImmutableArray<Consignment>> AttemptEndedAsync(
        Consignment consignment, ImmutableArray<Outcome> outcomes, AttemptEvent? attempt, bool identityRefused, DateTimeOffset? notBefore, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var results = ImmutableArray.CreateBuilder<RecipientResult>(outcomes.Length);
        var taken = outcomes.Any(outcome => outcome is Delivered);
        List<DsnRecipient>? told = null;
        // Accepted by a clock that was ahead, it would be tried for as long as that was wrong.
        var longest = model().Brands.Find(consignment.Key.Brand) is { } brand && consignment.Expires > now + brand.Expiry ? now + brand.Expiry : (DateTimeOffset?)null;
        for (var i = 0; i < outcomes.Length; i++)
        {
            var recipient = consignment.Recipients[i];
            var result = Result(consignment, recipient, outcomes[i], identityRefused, taken, notBefore, now);
            if (result.Fate == RecipientFate.Waiting && longest is { } most && !(result.Expires <= most))
                result = result with { Expires = most };
            if (DsnRecipient.For(consignment, recipient, outcomes[i], result.Fate, attempt?.MX, now + spool.IdsAhead) is { } dsn)
            {
                (told ??= []).Add(dsn);
                if (dsn.Action == DsnAction.Delayed)
                    result = result with { DelayTold = true };
            }

            results.Add(result);
        }

        return await SettleAsync(consignment, results.MoveToImmutable(), attempt, told, stop);
    }

    /// <summary>Gives a claimed consignment back unsent: held, resting, stopping. No attempt is counted.</summary>
    public Task ReturnAsync(Consignment consignment, DateTimeOffset due, CancellationToken stop) =>
        SettleAsync(consignment, [.. consignment.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Waiting, null, due, CountAttempt: false))], null, null, stop);

    /// <summary>A fault of ours in the middle: what was delivered is written down, the rest goes back. Without event and DSN, since writing one of those may be what fails.</summary>
    /// <param name="outcomes">As for an attempt; empty when none was made.</param>
    public Task SalvagedAsync(Consignment consignment, ImmutableArray<Outcome> outcomes, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        return SettleAsync(consignment, [.. consignment.Recipients.Select((recipient, i) => Salvaged(recipient, outcomes.IsEmpty ? null : outcomes[i]))], null, null, stop);

        RecipientResult Salvaged(QueuedRecipient recipient, Outcome? outcome)
        {
            if (outcome is Delivered)
                return new RecipientResult(recipient.Ordinal, RecipientFate.Delivered, outcome.Explanation);
            var tried = outcome is not (null or Abandoned);
            // A fault that comes back every time must not come back at once; at the next start of the relay it may be gone.
            var due = !tried && stop.IsCancellationRequested ? now : Later(consignment.Due, now + AfterFault);
            return new RecipientResult(recipient.Ordinal, RecipientFate.Waiting, outcome?.Explanation, due, CountAttempt: tried);
        }
    }

    /// <summary>Its life is over: a DSN with the reason in plain words, or, for a DSN, kept as undeliverable.</summary>
    public Task<ImmutableArray<Consignment>> ExpiredAsync(Consignment consignment, string why, AttemptEvent? ended, CancellationToken stop) =>
        GivenUpAsync(consignment, "4.4.7", "expired", why, ended, stop);

    /// <summary>An operator gave it up: told as an expiry is. Delivery not authorized, RFC 3463 §3.8.</summary>
    public Task<ImmutableArray<Consignment>> BouncedAsync(Consignment consignment, string why, AttemptEvent ended, CancellationToken stop) =>
        GivenUpAsync(consignment, "5.7.1", "bounced", why, ended, stop);

    /// <summary>An operator removed it: nobody is told but who reads the event.</summary>
    public Task<ImmutableArray<Consignment>> PurgedAsync(Consignment consignment, AttemptEvent ended, CancellationToken stop) =>
        SettleAsync(consignment, [.. consignment.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Failed, null))], ended, null, stop);

    private Task<ImmutableArray<Consignment>> GivenUpAsync(Consignment consignment, string status, string how, string why, AttemptEvent? ended, CancellationToken stop)
    {
        var fate = FateOfFailed(consignment);
        var told = consignment.Sender is null ? null : consignment.Recipients.Where(DsnRecipient.WantsFailure)
            .Select(recipient => new DsnRecipient(recipient, DsnAction.Failed, status, null, $"{why}{LastHeard(recipient)}")).ToList();
        return SettleAsync(consignment, [.. consignment.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, fate, $"{how}: {why}{LastHeard(recipient)}"))], ended, told, stop);
    }

    /// <summary>Tells the sender that mail still waits, and why. The mail itself is not touched.</summary>
    public Task<ImmutableArray<Consignment>> DelayedAsync(Consignment consignment, string why, CancellationToken stop)
    {
        var told = consignment.Sender is null ? null : consignment.Recipients.Where(DsnRecipient.WantsDelay)
            .Select(recipient => new DsnRecipient(recipient, DsnAction.Delayed, "4.4.7", null, $"{why}{LastHeard(recipient)}")).ToList();
        return SettleAsync(consignment, [.. consignment.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Noted, null, DelayTold: true))], null, told, stop);
    }

    private RecipientResult Result(Consignment consignment, QueuedRecipient recipient, Outcome outcome, bool identityRefused, bool taken, DateTimeOffset? notBefore, DateTimeOffset now) => outcome switch
    {
        Delivered => new RecipientResult(recipient.Ordinal, RecipientFate.Delivered, outcome.Explanation),
        Refused => new RecipientResult(recipient.Ordinal, FateOfFailed(consignment), outcome.Explanation),
        // More recipients than it takes at once: the rest comes in the next transaction, at once (RFC 5321 §4.5.3.1.10). Each takes some, so it ends.
        Deferred { Verdict.Subclass: ReplySubclass.TooManyRecipients } when taken => new RecipientResult(recipient.Ordinal, RecipientFate.Waiting, outcome.Explanation, now, CountAttempt: false),
        Deferred => new RecipientResult(recipient.Ordinal, RecipientFate.Waiting, outcome.Explanation,
            Expires: identityRefused && outcome.Reply is { IsPermanent: true } ? Earlier(consignment.Expires, Earlier(consignment.AcceptedAt - spool.IdsAhead, now) + LifeAfterIdentityRefusal) : null),
        Abandoned abandoned => new RecipientResult(recipient.Ordinal, RecipientFate.Waiting, abandoned.LeavesNoTrace ? null : outcome.Explanation, notBefore ?? now, CountAttempt: false),
        _ => throw new InvalidOperationException($"An outcome of a new kind: {outcome.GetType().Name}"),
    };

    /// <summary>A null sender's mail has nobody to be told, and without its brand nobody can be told in the brand's name: it is kept and shown instead of vanishing.</summary>
    private RecipientFate FateOfFailed(Consignment consignment) =>
        consignment.Sender is null || model().Brands.Find(consignment.Key.Brand) is null ? RecipientFate.Undeliverable : RecipientFate.Failed;

    private async Task<ImmutableArray<Consignment>> SettleAsync(
        Consignment consignment, ImmutableArray<RecipientResult> results, AttemptEvent? attempt, List<DsnRecipient>? told, CancellationToken stop)
    {
        ImmutableArray<NewMessage> spawned = [];
        for (var failures = 0; ; failures++)
        {
            try
            {
                if (told is { Count: > 0 } && spawned.IsEmpty)
                    spawned = await DsnsAsync(consignment, told, stop);
                return await spool.SettleAsync(new Settlement(consignment, results, attempt, spawned));
            }
            catch (SpoolUnavailableException trouble) when (!stop.IsCancellationRequested)
            {
                if (failures % TriesPerLine == 0)
                    DispatcherLog.NotSettled(log, consignment.Message.ToString(), trouble.Message);
                await Task.Delay(BetweenTries, time, stop);
            }
        }
    }

    private async Task<ImmutableArray<NewMessage>> DsnsAsync(Consignment consignment, List<DsnRecipient> told, CancellationToken stop)
    {
        var current = model();
        if (current.Brands.Find(consignment.Key.Brand) is not { } brand)
            return []; // The brand was taken out of the configuration; its mail ends without its name being used again.
        var dsns = ImmutableArray.CreateBuilder<NewMessage>();
        // Failures, delays and successes are separate reports: one message must not say two things (RFC 3464 §2 allows it, people misread it).
        foreach (var group in told.GroupBy(recipient => recipient.Action))
            dsns.Add(await DsnAsync(consignment, brand, group.Key, [.. group], current, stop));
        return dsns.ToImmutable();
    }

    private async Task<NewMessage> DsnAsync(Consignment consignment, Brand brand, DsnAction action, IReadOnlyList<DsnRecipient> recipients, RelayModel current, CancellationToken stop)
    {
        // The source may have become another brand's since: its name must not stand in this brand's report.
        var name = current.Sources.Find(brand.Sources.Contains(consignment.Key.Source) ? consignment.Key.Source : brand.Sources[0])!.Ehlo;
        var original = await OriginalAsync(consignment, action == DsnAction.Failed ? consignment.Return : null, stop);
        var (id, now) = (spool.NextId(), time.GetUtcNow());
        var to = consignment.Sender!;
        // Forwarded mail carries a return path of ours (SRS). Who wrote it is asked directly: no server of the brand need know the address.
        var forwarded = current.Brands.TryReverse(to, now, out var author, out _) ? author : null;
        to = forwarded ?? to;
        var content = Signed(DsnContent.Write(id, brand, name, consignment, to, action, recipients, original, now), id, brand, now);
        var via = forwarded is null ? WayBack(consignment, current) : null;
        var place = placement.Place(brand, id, to.Domain, via);
        var envelope = new Envelope(brand.Id, null, [new EnvelopeRecipient(to, DsnNotify.Never)], content.AsSpan().ContainsAnyInRange((byte)0x80, (byte)0xFF), to.NeedsSmtpUtf8);
        return new NewMessage(id, envelope, [new NewConsignment(place.Key, [0], place.Claimed, place.Due)], now + brand.Expiry, "dsn", content, null, IsDsn: true);
    }

    /// <summary>Signed as the brand's other mail. One that can't be signed goes without: that its sender hears of the failure counts for more.</summary>
    private byte[] Signed(byte[] content, MessageId id, Brand brand, DateTimeOffset now)
    {
        var signers = brand.Dkim.SignersOf(brand.BounceDomain);
        if (signers.IsEmpty)
            return content;
        using var message = new DkimMessage();
        message.Append(content);
        var fields = new ArrayBufferWriter<byte>(1024);
        try
        {
            if (message.Sign(signers, now, fields) is { } fault)
                DispatcherLog.ReportNotSigned(log, id.ToString(), fault.ToString());
        }
        catch (CryptographicException trouble)
        {
            DispatcherLog.ReportNotSigned(log, id.ToString(), trouble.Message);
        }
        return [.. fields.WrittenSpan, .. content];
    }

    /// <summary>What goes back of the message. A content that can't be read, whatever the reason, must not keep its sender from hearing that it wasn't delivered.</summary>
    private async Task<DsnOriginal> OriginalAsync(Consignment consignment, DsnReturn? part, CancellationToken stop)
    {
        try
        {
            await using var stored = consignment.Content is { } bytes ? new StoredContent(bytes) : await spool.OpenContentAsync(consignment.Message, stop);
            return await DsnOriginal.ReadAsync(stored, part, stop);
        }
        catch (IOException trouble)
        {
            DispatcherLog.ToldWithoutOriginal(log, consignment.Message.ToString(), trouble.Message);
            return DsnOriginal.Lost;
        }
    }

    /// <summary>To the server that gave us the message, where its listener says so: a route the gate doesn't hold.</summary>
    private static string? WayBack(Consignment consignment, RelayModel current) =>
        IPAddress.TryParse(consignment.Client, out var client) && current.Listeners.Any(listener => listener.DsnToPeer && listener.RelayFrom.Any(range => range.Contains(client)))
            ? new IPEndPoint(client, 25).ToString()
            : null;

    private static string LastHeard(QueuedRecipient recipient) => recipient.LastReply is { } reply ? $"; last heard: {reply}" : "";

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
