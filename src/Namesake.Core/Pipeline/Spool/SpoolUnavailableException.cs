namespace Namesake.Core.Pipeline.Spool;

/// <summary>The disk is full, broken or gone, or a commit's outcome is unknown. Nothing was promised: the client is told 451, or the attempt is repeated.</summary>
public sealed class SpoolUnavailableException : IOException
{
    public SpoolUnavailableException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}
