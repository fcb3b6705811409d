namespace Namesake.Core.Brands;

/// <summary>What follows when a submitter is unlike itself.</summary>
public enum AnomalyMode
{
    /// <summary>Nothing is judged.</summary>
    Off,

    /// <summary>An alarm, and nothing else.</summary>
    Observe,

    /// <summary>An alarm; it may hand in no more, and what it has queued is held, until somebody thaws it.</summary>
    Freeze,
}
