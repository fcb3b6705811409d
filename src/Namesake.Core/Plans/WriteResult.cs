namespace Namesake.Core.Plans;

/// <summary>How a try to write ended. A closed family: each tells whether something was changed.</summary>
/// <param name="Text">What was said, for a person; empty when nothing.</param>
public abstract record WriteResult(string Text)
{
    /// <summary>All of it is written.</summary>
    public sealed record Done(string Text) : WriteResult(Text)
    {
        /// <summary>It was so already: written by a try before whose answer was lost, or by somebody else.</summary>
        public bool WasSo { get; init; }
    }

    /// <summary>Nothing is written: what was to be there before isn't. The plan is stale.</summary>
    public sealed record Conflict(string Text) : WriteResult(Text);

    /// <summary>Nothing is written: the other side doesn't let us, or can't.</summary>
    public sealed record Refused(string Text) : WriteResult(Text);

    /// <summary>Nothing is written: nothing was sent.</summary>
    public sealed record Unreachable(string Text) : WriteResult(Text);

    /// <summary>Sent, and no answer came: reading it back tells whether it is written.</summary>
    public sealed record Uncertain(string Text) : WriteResult(Text);
}
