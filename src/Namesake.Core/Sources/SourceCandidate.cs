namespace Namesake.Core.Sources;

/// <summary>One of a brand's sources, as a message that looks for one finds it.</summary>
/// <param name="Fits">The receiver has an address of its family.</param>
/// <param name="Open">Its identity is aligned, or doesn't matter on this way: nothing holds it there.</param>
public readonly record struct SourceCandidate(Source Source, bool Fits, bool Open)
{
    public bool Takes => Fits && Open && !Source.Retiring;

    /// <summary>The receiver's best hosts have an address of its family, and nothing is known of their not answering there. One that is not takes mail only while no other does.</summary>
    public bool Reaches { get; init; } = true;
}
