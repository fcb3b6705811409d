namespace Namesake.Core.Identity.Verdicts;

/// <summary>The circumstances under which a result is weighed.</summary>
/// <param name="Mark">The patience clock.</param>
/// <param name="InDoubt">Our own resolving is in doubt: nothing lapses.</param>
/// <param name="Refused">A receiver refused us for our identity since the last look: one bad answer is confirmation enough.</param>
/// <param name="DnsHolds">A DNS check holds the source already: a second fault needs no second question, and one fault's repair must not open it for another's two minutes.</param>
public sealed record EvaluationContext(DateTimeOffset Now, DateTimeOffset Mark, bool InDoubt, bool Refused, bool DnsHolds, IdentityOptions Options);
