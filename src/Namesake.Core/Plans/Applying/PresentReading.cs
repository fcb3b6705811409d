using Namesake.Core.Firewall;

namespace Namesake.Core.Plans.Applying;

internal enum Standing
{
    /// <summary>As before the change.</summary>
    Old,

    /// <summary>As after it.</summary>
    New,

    /// <summary>Neither: somebody else was here.</summary>
    Other,

    /// <summary>Can't be read.</summary>
    Unknown,
}

/// <summary>How what a change changes stands now.</summary>
/// <param name="Text">For a person: what is there, or why it can't be read.</param>
internal sealed record PresentReading(Standing Standing, RecordSet? Records, TranslationTable? Table, string Text, string Ruleset = "")
{
    /// <summary>The zone of the record is not there, for certain.</summary>
    public bool HasNoZone { get; init; }

    /// <summary>As it counts within a plan: before a zone that it makes is there, and when it is gone again, its records are as they were.</summary>
    public PresentReading In(Plan plan, Change change) =>
        HasNoZone && change is RecordChange { Old: null } record && plan.Makes(record.Zone) ? new PresentReading(Standing.Old, null, null, "") : this;

    public static PresentReading Unreadable(string trouble) => new(Standing.Unknown, null, null, trouble);
}
