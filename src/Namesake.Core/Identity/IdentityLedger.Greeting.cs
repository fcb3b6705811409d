using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Fencing;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

// The name we greet with: never the receiver's own (EH-10), and the same before and after STARTTLS (EH-14).
public sealed partial class IdentityLedger
{
    private readonly OwnNames _ownNames = new();

    public bool MayGreet(Source source, string receiver)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(receiver);
        return !IsOwnName(source, receiver) || (_records.TryGetValue(source.Id, out var record) && !record.FenceHolds(_time.GetUtcNow()));
    }

    public void OwnNameMet(Source source, SiteId site, string receiver)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(receiver);
        // A reload may have given the source another name meanwhile.
        if (!_records.TryGetValue(source.Id, out var record) || !IsOwnName(record.Source, receiver))
            return;
        var now = _time.GetUtcNow();
        if (!_ownNames.Meet(source.Id, site, receiver, now, _options.EchoAtMost) || !record.FenceHolds(now))
            return;
        Announce(new StandingChange(source.Id, site, Open: false));
        Want(new DeadlineErrand(source.Id), _options.EchoAtMost);
    }

    private static bool IsOwnName(Source source, string receiver) => string.Equals(source.Ehlo.Value, receiver.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    private Hold? OwnNameHold(SourceId source, SiteId site)
    {
        var now = _time.GetUtcNow();
        return _ownNames.Find(source, site, now) is { } own && _records.TryGetValue(source, out var record) && record.FenceHolds(now) ? own.ToHold(record.Source.Ehlo.Value) : null;
    }

    // After a while the lane is open again: the next message finds out anew, without a connection.
    private void EndOwnNames(SourceId source)
    {
        var now = _time.GetUtcNow();
        foreach (var over in _ownNames.End(source, now).Where(_ => _records.TryGetValue(source, out var record) && record.FenceHolds(now)))
            Announce(new StandingChange(over.Source, over.Site, Open: true));
    }

    /// <summary>Sessions begin thousands of times a second: one greeting a second is remembered, an encrypted one rather than a plain one, and any that says two names.</summary>
    private void Greeted(SourceRecord record, EchoSighting sighting)
    {
        if (sighting.Said is not { } said)
            return;
        if (IsOwnName(record.Source, sighting.Receiver.Host))
            _ownNames.Meet(sighting.Source, sighting.Site, sighting.Receiver.Host, sighting.At, _options.EchoAtMost); // the policy or an override let it be greeted: told, not held
        var before = sighting.SaidBefore;
        if (record.Greeting is { } known && (before is null || before == said))
        {
            // The greeting behind TLS follows the plain one of the same session within milliseconds: it must not be missed for that.
            var (isRecent, wasEncrypted) = (sighting.At - known.At < TimeSpan.FromSeconds(1), known.AfterTls is not null);
            if (before is null ? isRecent || wasEncrypted : isRecent && wasEncrypted)
                return;
        }

        record.Greeting = before is null ? new Greeting(sighting.Receiver.Host, said, null, sighting.At) : new Greeting(sighting.Receiver.Host, before, said, sighting.At);
    }
}
