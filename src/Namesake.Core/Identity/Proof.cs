namespace Namesake.Core.Identity;

/// <summary>What makes a verdict aligned: the newest observation of our public address, per (node, local address, public address).</summary>
/// <param name="Evidence">"interface" (the public address is ours and binds), "echo", "witness" or "attested".</param>
/// <param name="From">Who said so: a receiver's name, a witness, an operator; empty for the interface.</param>
public sealed record Proof(DateTimeOffset At, string Evidence, string From);
