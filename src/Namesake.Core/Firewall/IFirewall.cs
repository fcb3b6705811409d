using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;

namespace Namesake.Core.Firewall;

/// <summary>The port to one firewall of the configuration that we write ourselves. No method throws for what the firewall says or doesn't say.</summary>
public interface IFirewall
{
    /// <summary>As in the configuration.</summary>
    string Id { get; }

    /// <summary>For people: "nftables on this node".</summary>
    string Name { get; }

    Task<FirewallReading> ReadAsync(CancellationToken cancellation);

    /// <summary>Has the firewall's own tool look at it without effect. Null: it would take it; else what it says.</summary>
    Task<string?> CheckAsync(TranslationChange change, CancellationToken cancellation);

    /// <summary>Replaces our table, whole and in one step, if it is <see cref="TranslationChange.Old"/>. Rules of others are never touched.</summary>
    Task<WriteResult> WriteAsync(TranslationChange change, CancellationToken cancellation);

    /// <summary>Has live connections to port 25 whose translation this changed forgotten where that is permitted: they'd keep the old address (EG-11). How many; null: it can't.</summary>
    Task<int?> ForgetConnectionsAsync(TranslationChange change, CancellationToken cancellation);
}

/// <summary>How a firewall stands.</summary>
/// <param name="Ours">Our own table; null: there is none, or <paramref name="Trouble"/>.</param>
/// <param name="Text">Our table as its tool prints it, for the record and for comparing after undo; empty when there is none.</param>
/// <param name="Rules">All rules for translation, ours among them; null: can't be read.</param>
/// <param name="Trouble">What couldn't be read or understood and why; null when all could. With trouble nothing is planned.</param>
public sealed record FirewallReading(TranslationTable? Ours, string Text, NatRules? Rules, string? Trouble);
