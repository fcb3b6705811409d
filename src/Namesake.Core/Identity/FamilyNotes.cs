using System.Collections.Concurrent;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>Towards which receivers IPv6 is left out for some hours, because they refused its identity. Bounded; read without a lock.</summary>
internal sealed class FamilyNotes
{
    /// <summary>How long before it is tried again.</summary>
    public static readonly TimeSpan LeftOut = TimeSpan.FromHours(4);

    /// <summary>Of the whole node. Beyond it the oldest is tried again early, which costs one refusal.</summary>
    public const int Most = 10_000;

    private const int LongestReply = 500;

    private readonly ConcurrentDictionary<(SourceId Source, SiteId Site), FamilyNote> _notes = new();

    /// <summary>Null: it isn't left out, or not any more.</summary>
    public FamilyNote? Find(SourceId source, SiteId site, DateTimeOffset now) =>
        _notes.TryGetValue((source, site), out var note) && note.Holds(now) ? note : null;

    public FamilyNote? Stored(SourceId source, SiteId site) => _notes.GetValueOrDefault((source, site));

    /// <returns>Those that went to make room: their time is over, or they were the oldest.</returns>
    public List<(SourceId Source, SiteId Site)> Put(SourceId source, SiteId site, FamilyNote note, DateTimeOffset now)
    {
        _notes[(source, site)] = note with { Reply = note.Reply.Length <= LongestReply ? note.Reply : note.Reply[..(LongestReply - 1)] + "…", Since = note.Since < now ? note.Since : now };
        if (_notes.Count <= Most)
            return []; // what is over lies here until its room is needed, or a restart passes it over
        var gone = _notes.Where(pair => !pair.Value.Holds(now)).Select(pair => pair.Key).ToList();
        if (gone.Count == 0)
            gone.Add(_notes.Where(pair => pair.Key != (source, site)).MinBy(pair => pair.Value.Since).Key);
        gone.RemoveAll(key => !_notes.TryRemove(key, out _));
        return gone;
    }

    public List<(SourceId Source, SiteId Site)> Forget(SourceId source)
    {
        if (_notes.IsEmpty)
            return [];
        var gone = _notes.Keys.Where(key => key.Source == source).ToList();
        gone.RemoveAll(key => !_notes.TryRemove(key, out _));
        return gone;
    }
}

/// <param name="Version">Of this form; another version is forgotten: the receiver says it again.</param>
/// <param name="Source">With the site: the lane.</param>
/// <param name="Public">The address that was refused.</param>
internal sealed record FamilyNote(int Version, string Source, string Site, string Public, DateTimeOffset Since, string Reply)
{
    public const int CurrentVersion = 1;

    public bool Holds(DateTimeOffset now) => now - Since < FamilyNotes.LeftOut;
}
