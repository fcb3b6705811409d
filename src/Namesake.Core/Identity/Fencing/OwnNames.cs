using System.Collections.Concurrent;
using System.Collections.Immutable;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Fencing;

/// <summary>Receivers that bear a source's own EHLO name (EH-10). Nothing is said to them; the lane is held for a while and then looked at again, which costs no connection. Not
/// stored: the next message finds it out before anything is dialled.</summary>
internal sealed class OwnNames
{
    private readonly ConcurrentDictionary<(SourceId Source, SiteId Site), OwnName> _met = new();

    public OwnName? Find(SourceId source, SiteId site, DateTimeOffset now) => _met.TryGetValue((source, site), out var own) && own.Until > now ? own : null;

    public IEnumerable<OwnName> All(DateTimeOffset now) => _met.IsEmpty ? [] : _met.Values.Where(own => own.Until > now);

    public ImmutableArray<OwnName> Of(SourceId source, DateTimeOffset now) => [.. All(now).Where(own => own.Source == source).OrderBy(own => own.Since)];

    /// <summary>When the next of a source's is looked at again; null: none is held.</summary>
    public DateTimeOffset? NextEnd(SourceId source) => _met.IsEmpty ? null : _met.Values.Where(own => own.Source == source).Min(own => (DateTimeOffset?)own.Until);

    /// <returns>False when it was known already.</returns>
    public bool Meet(SourceId source, SiteId site, string host, DateTimeOffset now, TimeSpan lasting)
    {
        var before = Find(source, site, now);
        _met[(source, site)] = new OwnName(source, site, host, before?.Since ?? now, now + lasting);
        return before is null;
    }

    /// <summary>Takes out what is over and returns it.</summary>
    public ImmutableArray<OwnName> End(SourceId source, DateTimeOffset now) =>
        _met.IsEmpty ? [] : [.. _met.Where(pair => pair.Key.Source == source && pair.Value.Until <= now && _met.TryRemove(pair)).Select(pair => pair.Value)];

    public void Forget(SourceId source)
    {
        foreach (var key in _met.Keys.Where(key => key.Source == source))
            _met.TryRemove(key, out _);
    }
}

/// <param name="Host">The receiver with our name.</param>
/// <param name="Until">When it is looked at again.</param>
internal sealed record OwnName(SourceId Source, SiteId Site, string Host, DateTimeOffset Since, DateTimeOffset Until)
{
    public Hold ToHold(string ehlo) => new(Source, Site, "EH-10", "own-name", $"{Host}, which we would greet as {ehlo}: its own name", $"receivers with names other than {ehlo}", Since,
        "ends when the source has another name, or the domain other mail hosts; looked at again every 15 minutes");
}
