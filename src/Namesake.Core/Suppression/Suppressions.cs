using Microsoft.Extensions.Logging;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Suppression;

/// <summary>The brands' lists of recipients to whom nothing is sent: asks them, and keeps them by what receivers and people say.</summary>
/// <remarks>
/// <para>Every recipient is looked up in memory, by eight bytes (<see cref="Fingerprints"/>); the store is read only for one who is there. What can't be read suppresses nobody. Refusals are
/// counted when they happen, and a message that is taken ends the counting and the suppression: so much of what counts and what doesn't is <see cref="SuppressionRules"/>' business.</para>
/// <para>In a cluster each node sees what others changed within half a minute; of two that change one entry at once the second looks again.</para>
/// </remarks>
public sealed partial class Suppressions : IDisposable
{
    /// <summary>Entries of all brands together. Beyond it nothing is added: they would take more than 200 MB of memory.</summary>
    public const int Most = 5_000_000;

    /// <summary>Recipients whose refusals are counted at once. Beyond it no new one is: too few suppressions rather than too many.</summary>
    private const int MostCounted = 1_000_000;

    private const int TriesToSave = 5;

    private readonly Fingerprints _listed = new();
    private readonly Fingerprints _counted = new();
    private readonly Func<BrandDirectory> _brands;
    private readonly ISuppressionStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SuppressionMetrics _metrics;

    public Suppressions(Func<BrandDirectory> brands, ISuppressionStore store, TimeProvider time, ILogger log)
    {
        (_brands, _store, _time, _log) = (brands, store, time, log);
        _metrics = new SuppressionMetrics(() => _listed.Count);
    }

    /// <summary>Entries of all brands, those that ended lately included.</summary>
    public int Count => _listed.Count;

    public void Dispose() => _metrics.Dispose();

    /// <summary>Whether anybody is in the brand's list.</summary>
    public bool HasAny(BrandId brand) => _listed.HasAny(brand);

    /// <summary>What keeps mail from this recipient; null: nothing. Completes at once for almost everybody.</summary>
    public ValueTask<SuppressionEntry?> FindAsync(BrandId brand, Mailbox recipient, CancellationToken cancellation)
    {
        if (!HasAny(brand))
            return new ValueTask<SuppressionEntry?>((SuppressionEntry?)null);
        var key = SuppressionKey.Of(brand, recipient);
        return _listed.Contains(key) ? new ValueTask<SuppressionEntry?>(AskAsync(key, cancellation)) : new ValueTask<SuppressionEntry?>((SuppressionEntry?)null);
    }

    /// <summary>Whether <see cref="FindAsync"/> would have to ask the store.</summary>
    public bool MayBeListed(BrandId brand, Mailbox recipient) => HasAny(brand) && _listed.Contains(SuppressionKey.Of(brand, recipient));

    /// <summary>Whether the recipient is in the brand's list, or refusals are counted.</summary>
    public bool IsKnown(BrandId brand, Mailbox recipient) => KnownKey(brand, recipient) is not null;

    /// <summary>Recipients were turned away: at RCPT TO, or out of the spool with a DSN.</summary>
    public void TurnedAway(BrandId brand, int recipients = 1) => _metrics.TurnedAway(brand, recipients);

    /// <summary>A receiver refused a message for good. Counts where it says that there is nobody and the brand wants it counted. Never throws.</summary>
    /// <param name="phase">What it answered; the final dot only where nobody else was accepted.</param>
    public async Task RefusedAsync(BrandId brand, Mailbox recipient, MessageId message, SmtpReply reply, ReplyVerdict verdict, SessionPhase phase)
    {
        if (RulesOf(brand) is not { Mode: SuppressionMode.On } rules || !ReplyPolicy.MaySuppress(verdict, reply, phase))
            return;
        var key = SuppressionKey.Of(brand, recipient);
        try
        {
            for (var tries = 0; tries < TriesToSave; tries++)
                if (await CountAsync(key, rules, message, reply, verdict.Rule))
                    return;
        }
        catch (IOException trouble)
        {
            LogNotCounted(key.Address, trouble.Message);
        }
    }

    /// <summary>A receiver took a message: there is somebody. Refusals before it count no more, and a suppression that rests on them ends. Never throws.</summary>
    /// <remarks>What bounces made holds until its time is over: receivers that bounce are those that take messages first.</remarks>
    public Task TakenAsync(BrandId brand, Mailbox recipient) => KnownKey(brand, recipient) is { } key ? TakenAsync(key) : Task.CompletedTask;

    private async Task TakenAsync(SuppressionKey key)
    {
        try
        {
            if (await _store.FindAsync(key, CancellationToken.None) is { } entry)
            {
                var isInForce = entry.IsInForce(_time.GetUtcNow());
                if (entry.IsByPerson || (entry.Origin == SuppressionOrigin.Bounce && isInForce))
                    return; // a person's word ends as the person said
                await _store.RemoveAsync([key]);
                if (isInForce)
                    Lifted(key, "its receiver took a message");
            }

            Forget(key);
        }
        catch (IOException trouble)
        {
            LogNotCounted(key.Address, trouble.Message);
        }
    }

    /// <summary>Whether an entry stops mail now. What replies made stops none where the brand doesn't want it, and nothing stops the mail of a brand that is gone: nobody could be told in its name.</summary>
    public bool Applies(SuppressionEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.IsInForce(_time.GetUtcNow()) && RulesOf(entry.Key.Brand) is { } rules && (entry.Origin != SuppressionOrigin.Reply || rules.Mode == SuppressionMode.On);
    }

    /// <summary>Its key, made once; null when nothing is known of it.</summary>
    private SuppressionKey? KnownKey(BrandId brand, Mailbox recipient)
    {
        if (!_counted.HasAny(brand) && !_listed.HasAny(brand))
            return null;
        var key = SuppressionKey.Of(brand, recipient);
        return _counted.Contains(key) || _listed.Contains(key) ? key : null;
    }

    private SuppressionRules? RulesOf(BrandId brand) => _brands().Find(brand)?.Suppression;

    private async Task<SuppressionEntry?> AskAsync(SuppressionKey key, CancellationToken cancellation)
    {
        try
        {
            var entry = await _store.FindAsync(key, cancellation);
            if (entry?.Since is null)
                _listed.Remove(key); // lifted by another node, or gone
            return entry is not null && Applies(entry) ? entry : null;
        }
        catch (IOException trouble)
        {
            LogNotRead(key.Address, trouble.Message);
            return null; // unknown is no reason to refuse anybody's mail
        }
    }

    private async Task<bool> CountAsync(SuppressionKey key, SuppressionRules rules, MessageId message, SmtpReply reply, string rule)
    {
        var known = await _store.FindAsync(key, CancellationToken.None);
        if (known is null && _counted.Count >= MostCounted)
            return true;
        var now = Later(known);
        var next = rules.Next(key, known, new Refusal(now, message, reply, rule));
        if (next == known)
            return true;
        if (next.Since is not null && known?.Since is null && _listed.Count >= Most)
        {
            LogFull(key.Address, Most);
            return true;
        }

        if (!await _store.TrySaveAsync(next, known?.Changed))
            return false;
        Remember(new SuppressionMark(key, next.Since is not null, next.Changed));
        if (next.IsInForce(now) && known?.IsInForce(now) != true)
        {
            _metrics.Added(key.Brand, next.Origin);
            LogSuppressed(key.Address, key.Brand.Value, next.Refusals, next.Until!.Value, message.ToString(), rule, next.Reply!);
        }

        return true;
    }

    private void Remember(SuppressionMark mark)
    {
        (mark.IsListed ? _listed : _counted).Add(mark.Key);
        (mark.IsListed ? _counted : _listed).Remove(mark.Key);
    }

    private void Forget(SuppressionKey key)
    {
        _listed.Remove(key);
        _counted.Remove(key);
    }

    private void Lifted(SuppressionKey key, string by)
    {
        _metrics.Lifted(key.Brand);
        LogLifted(key.Address, key.Brand.Value, by);
    }

    /// <summary>Two changes of one entry have different times, or the second would not be seen as one.</summary>
    private DateTimeOffset Later(SuppressionEntry? known)
    {
        var now = _time.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)); // as it is stored
        return known?.Changed >= now ? known.Changed.AddMicroseconds(1) : now;
    }
}
