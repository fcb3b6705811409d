using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans;

/// <summary>One thing a plan changes, with what must be there before and what is there after. A closed family.</summary>
/// <remarks>The state before is the prerequisite: who applies a change writes only where it still holds, in one step with the write where the other side can do that, and else reports a
/// conflict. The inverse is the same change read backwards, with the state after as its prerequisite.</remarks>
public abstract record Change
{
    private protected Change()
    {
    }

    /// <summary>The DNS provider or firewall that makes it, by its id in the configuration.</summary>
    public required string By { get; init; }

    /// <summary>Why, in a sentence for a person.</summary>
    public required string Reason { get; init; }

    /// <summary>The checks whose findings it ends, "PT-01".</summary>
    public ImmutableArray<string> Ends { get; init; } = [];

    /// <summary>For which sources; empty for a list that is nobody's here.</summary>
    public ImmutableArray<SourceId> Sources { get; init; } = [];

    /// <summary>What it changes is somebody else's: made only with consent of its own.</summary>
    public bool IsForeign { get; init; }

    public abstract Change Inverse();

    /// <summary>By its source, where the change says for which it is; for a server of a list, and where a change says nothing, by address or name.</summary>
    public bool IsAbout(WantedIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return (identity.Source is { } source && Sources.Contains(source)) || Names(identity);
    }

    /// <summary>What it changes is this identity's.</summary>
    private protected abstract bool Names(WantedIdentity identity);
}

/// <summary>The records of one name and type: made (no <see cref="Old"/>), changed or removed (no <see cref="New"/>).</summary>
public sealed record RecordChange : Change
{
    /// <summary>The zone that holds the record, CNAMEs of RFC 2317 followed: where it is written.</summary>
    public required DomainName Zone { get; init; }

    /// <summary>The name in that zone.</summary>
    public required DomainName Name { get; init; }

    public required RecordType Type { get; init; }

    public RecordSet? Old { get; init; }

    public RecordSet? New { get; init; }

    /// <summary>When the last resolver has forgotten what was there, were it written when the plan was made; null where that is not known.</summary>
    public DateTimeOffset? EarliestGreen { get; init; }

    public override Change Inverse() => this with { Old = New, New = Old, EarliestGreen = null };

    private protected override bool Names(WantedIdentity identity) => (identity.Source is null || Sources.IsEmpty)
        && (Name == identity.Ehlo || Name == ReverseName.Of(identity.Public) || (Old?.Values ?? []).Concat(New?.Values ?? []).Any(value => Says(value, identity)));

    private static bool Says(string value, WantedIdentity identity) =>
        IPAddress.TryParse(value, out var address) ? address.Equals(identity.Public) : string.Equals(value.TrimEnd('.'), identity.Ehlo.Value, StringComparison.OrdinalIgnoreCase);

    /// <summary>Nothing has to be written: it is so already, the TTL too.</summary>
    public bool IsDoneIn(RecordSet? present) => RecordSet.Same(New, present) && New?.Ttl == present?.Ttl;

    /// <summary>What is there in place of what was to be there before; null: it is so.</summary>
    public string? OtherwiseIn(RecordSet? present) =>
        RecordSet.Same(Old, present) ? null : $"{Name} {Type.Word()} is {present?.ToString() ?? "not there"}, and was to be {Old?.ToString() ?? "not there"}";
}

/// <summary>A zone that is made, empty but for SOA and NS. Its inverse removes it, and only while it is empty.</summary>
public sealed record ZoneChange : Change
{
    public required DomainName Zone { get; init; }

    /// <summary>Its name servers.</summary>
    public ImmutableArray<DomainName> Servers { get; init; } = [];

    public bool Removes { get; init; }

    public override Change Inverse() => this with { Removes = !Removes };

    private protected override bool Names(WantedIdentity identity) => false;
}

/// <summary>Our own table of translation on a firewall, whole.</summary>
public sealed record TranslationChange : Change
{
    /// <summary>Null: there is no table of ours.</summary>
    public TranslationTable? Old { get; init; }

    public TranslationTable? New { get; init; }

    /// <summary>Mappings that are not after it what they were before: all, where the table itself holds for others than it did.</summary>
    public IEnumerable<Mapping> Different
    {
        get
        {
            var (before, after) = (Old?.Mappings ?? [], New?.Mappings ?? []);
            var same = Old is null || New is null || (Old.User == New.User && Old.Device == New.Device) ? before.Intersect(after).ToHashSet() : [];
            return before.Union(after).Except(same);
        }
    }

    public override Change Inverse() => this with { Old = New, New = Old };

    private protected override bool Names(WantedIdentity identity) => Different.Any(mapping => mapping.Local.Equals(identity.Local));
}
