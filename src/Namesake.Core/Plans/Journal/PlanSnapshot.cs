using System.Collections.Immutable;
using Namesake.Core.Firewall;

namespace Namesake.Core.Plans.Journal;

/// <summary>How what a plan changes stood before it, and what of it was ours.</summary>
/// <param name="Present">One per change that has something to read.</param>
/// <param name="Owned">What the registry said of these.</param>
public sealed record PlanSnapshot(ImmutableArray<PresentState> Present, PlanRegistry Owned);

/// <param name="Change">Its number in the plan.</param>
/// <param name="Records">Null: there were none.</param>
/// <param name="Table">Null: there was none of ours.</param>
/// <param name="Text">A firewall's table as its tool printed it, to compare with after an undo.</param>
public sealed record PresentState(int Change, RecordSet? Records, TranslationTable? Table, string Text);
