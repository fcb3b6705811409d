using System.Collections.Immutable;
using System.Text.Json;
using Namesake.Core.Pipeline.Spool;
using Namesake.Web.Queue;
using Namesake.Web.Sources;

namespace Namesake.Web.Messages;

/// <summary>A message that waits. Its content is never shown.</summary>
/// <param name="Sender">"&lt;&gt;" for the null reverse-path of a report, as it is written in SMTP.</param>
/// <param name="Waiting">Recipients not yet settled.</param>
/// <param name="State">"waiting", "held" (kept back by somebody), "claimed" (being tried now) or "undeliverable": of its first unsettled recipient, as are source, domain, due and what follows.</param>
/// <param name="Hold">The check that lets it not leave now; null when none does.</param>
/// <param name="Kept">Whose word keeps it back; null when nobody's.</param>
/// <param name="Submitter">Who handed it in: the authenticated user, else the client's address.</param>
public sealed record MessageView(
    string Id,
    DateTimeOffset Accepted,
    string Brand,
    string Sender,
    long Size,
    int Waiting,
    string State,
    string Source,
    string Domain,
    int Attempts,
    DateTimeOffset? Due,
    DateTimeOffset Expires,
    string? LastReply,
    HoldView? Hold,
    KeptView? Kept,
    string Submitter)
{
    public static MessageView Of(MessageSummary summary, HoldView? hold) => new(
        summary.Id.ToString(), summary.Id.AcceptedAt, summary.Brand.Value, summary.Sender, summary.Size, summary.Waiting, summary.State, summary.Source.Value,
        summary.Domain.Value, summary.Attempts, summary.Due, summary.Expires, summary.LastReply, hold, KeptView.Of(summary.Hold), summary.Submitter);
}

/// <param name="Message">Null when nothing of it is in the spool any more; its events tell what became of it.</param>
/// <param name="Events">One per attempt, oldest first.</param>
public sealed record MessageDetailsView(string Id, MessageView? Message, ImmutableArray<RecipientView> Recipients, ImmutableArray<JsonElement> Events);

/// <param name="Hold">Why this recipient may not be tried now; null when it may.</param>
public sealed record RecipientView(string Address, string Source, string State, int Attempts, DateTimeOffset? Due, DateTimeOffset Expires, string? LastReply, HoldView? Hold, KeptView? Kept = null);
