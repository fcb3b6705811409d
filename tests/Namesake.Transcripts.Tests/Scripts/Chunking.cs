namespace Namesake.Transcripts.Tests.Scripts;

/// <summary>How the bytes of a transcript travel. What they mean must not depend on it.</summary>
public enum Chunking
{
    /// <summary>Everything up to the next point where the conversation has to wait, in one write.</summary>
    Whole,
    Line,
    Byte,
}
