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
    public static PresentReading Unreadable(string trouble) => new(Standing.Unknown, null, null, trouble);
}
