namespace Namesake.Core.Pipeline;

/// <summary>What this process may still take of its machine: descriptors and memory. Filled by Network; room on disk is the spool's to say.</summary>
/// <remarks>A process that runs out of either does not get an error where it asked for it but anywhere, and a runtime that can't open a file it needs ends itself.
/// So no more work is let in while there is still enough for the work that is here.</remarks>
public interface IHeadroom
{
    /// <summary>Why nobody more should be let in now, for a log line and an operator; null when there is room. Cheap: asked for every connection and every message.</summary>
    string? Shortage();

    /// <summary>Delivery sessions for which descriptors are kept free of everything else: so many may begin whatever <see cref="Shortage"/> says, or nothing would leave any more.</summary>
    int Sessions { get; }
}
