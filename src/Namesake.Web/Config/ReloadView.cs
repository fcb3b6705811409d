using System.Collections.Immutable;

namespace Namesake.Web.Config;

/// <summary>What reading the configuration again came to.</summary>
/// <param name="Applied">Changes that are in effect now, for the next session and the next message: "brands acme: policy: strict → forward".</param>
/// <param name="NeedsRestart">Changes that stay without effect until the relay is started anew.</param>
/// <param name="Warnings">Of the file, with their lines.</param>
public sealed record ReloadView(ImmutableArray<string> Applied, ImmutableArray<string> NeedsRestart, ImmutableArray<string> Warnings);

/// <summary>One of the two.</summary>
/// <param name="Refusal">Why nothing was changed.</param>
public sealed record ReloadOutcome(ReloadView? Done, string? Refusal);
