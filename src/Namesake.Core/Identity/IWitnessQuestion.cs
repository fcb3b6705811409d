using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>Asks the configured witnesses now what address they see for a source; what they say is in the source's standing afterwards.</summary>
public interface IWitnessQuestion
{
    /// <summary>Completes when they answered or their time was up. Questions for one source at the same time share one round.</summary>
    Task AskAsync(SourceId source, CancellationToken cancellation);
}
