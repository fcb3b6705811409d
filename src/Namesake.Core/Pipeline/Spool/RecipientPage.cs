using System.Collections.Immutable;

namespace Namesake.Core.Pipeline.Spool;

/// <param name="Next">Where to look on; null: that was all.</param>
public sealed record RecipientPage(ImmutableArray<FoundRecipient> Recipients, RecipientPlace? Next);
