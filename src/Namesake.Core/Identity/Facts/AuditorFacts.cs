namespace Namesake.Core.Identity.Facts;

/// <summary>Whether the auditor itself can be believed: its resolvers, its clock, from where it looks. For FB-09 and FB-10.</summary>
public sealed record AuditorFacts;
