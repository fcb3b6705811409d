using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Knows those who hand mail in: what they did lately, whether that is like them, and who is frozen.</summary>
/// <remarks>
/// <para>Each accepted message and each end of an attempt is counted, and judged by the rules of the model (<see cref="AnomalyRules"/>). Who is unlike itself is frozen in memory at once,
/// so that the message after it is refused, and stored right after: what is read on the way of every message is one look-up in memory.</para>
/// <para>A frozen submitter is refused by submission, and what it has queued is held by the dispatcher, which hears of it by <see cref="Changed"/>. Others don't notice.</para>
/// </remarks>
public sealed partial class Submitters : IDisposable
{
    /// <summary>Submitters remembered, about 35 MB.</summary>
    public const int Most = 50_000;

    /// <summary>Days a brand must be known before volume is a sign: nobody is unlike himself on his first.</summary>
    public const int DaysToKnowBrand = 7;

    /// <summary>Domains that must refuse at least, before refusals are a sign.</summary>
    private const int Domains = 4;

    private readonly Crowd<Submitter> _known = new(Most, submitter => submitter.Weight);
    private readonly ConcurrentDictionary<BrandId, DateOnly> _brandsSince = new();
    private readonly RecentHour _everybody = new();
    private readonly Lock _everybodyLock = new();
    private readonly Func<RelayModel> _model;
    private readonly Func<DateTimeOffset, HourSums> _everybodyAt;
    private readonly IFreezeStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private UserIndex? _users;

    public Submitters(Func<RelayModel> model, IFreezeStore store, TimeProvider time, ILogger log) => (_model, _store, _time, _log, _everybodyAt) = (model, store, time, log, Everybody);

    /// <summary>Submitters remembered now.</summary>
    public int Count => _known.Count;

    /// <summary>Everybody who is remembered, with what it did.</summary>
    public ImmutableArray<(string Name, BrandId Brand, SubmitterNumbers Numbers)> All =>
        [.. _known.All.Select(submitter => (submitter.Name, submitter.Brand, submitter.Numbers(_time.GetUtcNow())))];

    /// <summary>Null when nobody of that name is remembered.</summary>
    public SubmitterNumbers? NumbersOf(string name) => _known.Find(name)?.Numbers(_time.GetUtcNow());

    /// <summary>Who could be meant by a name: a user of the configuration, or somebody who handed in mail or is frozen.</summary>
    public bool Knows(string name) => _known.Find(name) is not null || FreezeOf(name) is not null || Users.Named.ContainsKey(name);

    /// <summary>What a frozen submitter hears at MAIL, and at the end of a message that was under way; null: it may hand in.</summary>
    /// <remarks>451 is the temporary refusal that RFC 5321 §4.3.2 lists for MAIL and for the end of content alike (450 is there for RCPT only); X.7.1 says that it is a matter of permission
    /// and none of the message (RFC 3463 §3.8). Temporary, because a client keeps its mail then, until it was told to be somebody else's or the submitter is thawed. No numbers: they would teach how to stay below.</remarks>
    internal SmtpReply? RefusalOf(string name) => FreezeOf(name) is null ? null
        : SmtpReply.Of(451, "4.7.1", "Submission under this name is suspended for now; ask your postmaster, who can see why and release it");

    /// <summary>After the commit, and before anybody tries to send it.</summary>
    internal void Accepted(string name, BrandId brand, int recipients)
    {
        var now = _time.GetUtcNow();
        _brandsSince.TryAdd(brand, DateOnly.FromDateTime(now.UtcDateTime));
        var submitter = Of(name, brand);
        if (submitter.Accepted(recipients, now))
            _unsaved.Enqueue(submitter);
        Judge(submitter, now);
    }

    /// <summary>How an attempt ended.</summary>
    /// <param name="domain">Where it went. Whoever owns it can refuse what he likes: of one registrant's domains a quarter of what freezes counts, so that no recipient can have a sender stopped.</param>
    /// <param name="refused">For good, by the receiver, and for no fault of our address.</param>
    internal void Told(string name, BrandId brand, DomainName domain, int delivered, int refused)
    {
        var now = _time.GetUtcNow();
        var submitter = Of(name, brand);
        int? share = refused > 0 ? (RulesOf(name, brand).Refusals + Domains - 1) / Domains : null;
        var (counted, isToSave) = submitter.Told(delivered, refused, RegistrableDomain.Of(domain.Value), share, now);
        if (isToSave)
            _unsaved.Enqueue(submitter);
        // A frozen one's refusals are no sign of the relay's own trouble: they would excuse the next. Nor is what doesn't count for itself.
        if (FreezeOf(name) is null)
        {
            lock (_everybodyLock)
                _everybody.Add(counted, now);
        }

        if (counted.Refused > 0)
            Judge(submitter, now);
    }

    private Submitter Of(string name, BrandId brand)
    {
        var submitter = _known.Of(brand.Value, name, static (name, _) => new Submitter(name), brand);
        submitter.Brand = brand;
        return submitter;
    }

    private void Judge(Submitter submitter, DateTimeOffset now)
    {
        var rules = RulesOf(submitter.Name, submitter.Brand);
        if (rules.Mode == AnomalyMode.Off || FreezeOf(submitter.Name) is not null)
            return;
        var isBrandKnown = _brandsSince.TryGetValue(submitter.Brand, out var since) && DateOnly.FromDateTime(now.UtcDateTime).DayNumber - since.DayNumber >= DaysToKnowBrand;
        if (submitter.Judge(rules, isBrandKnown, ForgivenTo(submitter.Name), _everybodyAt, now) is { } anomaly)
            Noticed(submitter, anomaly, ModeFor(submitter.Name, rules.Mode), now);
    }

    /// <summary>Null senders and forwarded mail of a client are caused by whoever writes to it from outside, for all its brands: told, never stopped.</summary>
    private AnomalyMode ModeFor(string name, AnomalyMode mode) =>
        mode == AnomalyMode.Freeze && IPAddress.TryParse(name, out _) && !Users.Named.ContainsKey(name) ? AnomalyMode.Observe : mode;

    private HourSums Everybody(DateTimeOffset now)
    {
        lock (_everybodyLock)
            return _everybody.Sums(now);
    }

    private AnomalyRules RulesOf(string name, BrandId brand)
    {
        var users = Users;
        return users.Model.Anomalies.With(users.Model.Brands.Find(brand)?.Anomalies).With(users.Named.GetValueOrDefault(name)?.Anomalies);
    }

    /// <summary>Whose mail somebody of this name handed in, as far as the name tells.</summary>
    public BrandId? BrandOf(string name)
    {
        var users = Users;
        return users.Named.GetValueOrDefault(name)?.Brand
            ?? (SubmitterName.DomainOf(name) is { } domain && DomainName.TryParse(domain, out var parsed, out _) ? users.Model.Brands.OwnerOf(parsed)?.Id : null);
    }

    /// <summary>Made once for a configuration: it is asked for each row of a history, and there may be ten thousand users.</summary>
    private UserIndex Users => _model() is var model && _users is { } known && ReferenceEquals(known.Model, model) ? known
        : _users = new UserIndex(model, model.Users.DistinctBy(user => user.Name).ToDictionary(user => user.Name, StringComparer.Ordinal));

    private sealed record UserIndex(RelayModel Model, Dictionary<string, UserModel> Named);
}
