using Namesake.Core.Identity.Leases;

namespace Namesake.Core.Identity.Facts;

/// <summary>Whether this node alone sends from the source. For FB-08.</summary>
/// <param name="Node">This one.</param>
/// <param name="IsHeld">It may send now.</param>
/// <param name="Lease">As the database said last; null: its spool is nobody else's, or nothing was said yet.</param>
/// <param name="Trouble">Why the database could not be asked; null: it answers.</param>
public sealed record LeaseFacts(string Node, bool IsHeld, SourceLease? Lease, string? Trouble)
{
    /// <summary>Whose it is, when it isn't ours.</summary>
    public string? Other => Lease is not { IsOurs: false } other ? null : other.Node == Node ? $"another process of {Node}" : other.Node;
}
