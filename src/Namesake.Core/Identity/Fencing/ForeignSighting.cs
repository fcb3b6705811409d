namespace Namesake.Core.Identity.Fencing;

/// <summary>A receiver that saw us under another public address than ours.</summary>
/// <param name="Observer">Its operator's site name: two hosts of one operator are one witness.</param>
/// <param name="Network">The /16 or /32 its host stands in: two hosts in one network are one witness.</param>
/// <param name="Address">What it saw, as text.</param>
/// <param name="IsDeclared">It is one of our own public addresses: we left as somebody else.</param>
public sealed record ForeignSighting(string Observer, string Host, string Network, string Address, DateTimeOffset At, bool IsWitness, bool IsReflector, bool IsDeclared)
{
    /// <summary>Its word counts towards the source, not only towards its own lane.</summary>
    public bool IsTrusted => IsWitness || IsReflector || IsDeclared;

    public bool IsIndependentOf(ForeignSighting other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Observer != other.Observer && Network != other.Network;
    }
}
