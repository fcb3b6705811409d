namespace Namesake.Core.Pipeline;

/// <summary>Why mail should leave a queue.</summary>
internal enum SourceObstacle
{
    /// <summary>No longer configured, or no longer the brand's: it will never carry this mail.</summary>
    Gone,

    /// <summary>By its identity, an operator or the end of its warm-up's day; it may open again.</summary>
    Held,

    /// <summary>It takes no new mail.</summary>
    Retiring,

    /// <summary>Nobody answers over its family, and over the other one somebody does.</summary>
    Unanswered,

    /// <summary>The receiver has no address of its family.</summary>
    FamilyMissing,
}
