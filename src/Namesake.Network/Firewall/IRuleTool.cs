using Namesake.Core.Firewall;
using Namesake.Network.Machine;

namespace Namesake.Network.Firewall;

/// <summary>One way of writing rules of this node: nft, or iptables.</summary>
internal interface IRuleTool
{
    /// <summary>What a person would type to load a file.</summary>
    string Command { get; }

    /// <summary>What brings it.</summary>
    string Package { get; }

    Task<ToolReading> ReadAsync(CancellationToken cancellation);

    Task<ProgramRun> CheckAsync(string script, CancellationToken cancellation);

    /// <param name="held">Goes on to the tool, until that has ended.</param>
    Task<ProgramRun> LoadAsync(string script, FirewallLock held, CancellationToken cancellation);
}

/// <param name="Seen">How it stands.</param>
/// <param name="ScriptTo">The text that makes this of what was seen. It is taken whole or not at all, and not taken where what was seen isn't there any more.</param>
internal sealed record ToolReading(FirewallReading Seen, Func<TranslationTable?, string> ScriptTo);
