using System.Collections.Immutable;

namespace Namesake.Web.Spool;

/// <summary>Whether everything that was accepted can still be read.</summary>
/// <param name="Problems">One sentence each; empty when all is well.</param>
public sealed record SpoolCheckView(bool IsSound, long Messages, long Recipients, ImmutableArray<string> Problems);
