using System.Collections.Immutable;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>How a claimed consignment goes on. Recipients not named keep their claim.</summary>
/// <param name="Event">Null when no attempt was made (a hold, an expiry).</param>
/// <param name="Spawned">DSNs, stored in the same transaction: there is no moment in which mail is gone and its DSN isn't there.</param>
public sealed record Settlement(
    Consignment Consignment,
    ImmutableArray<RecipientResult> Results,
    AttemptEvent? Event,
    ImmutableArray<NewMessage> Spawned);

/// <param name="NextDue">For <see cref="RecipientFate.Waiting"/>: when it is due again; null keeps the time stored with the claim.</param>
/// <param name="CountAttempt">False gives back the attempt counted at the claim (we stopped before MAIL FROM).</param>
/// <param name="Expires">A shorter life from now on (a permanent identity refusal); null keeps it.</param>
public sealed record RecipientResult(
    int Ordinal,
    RecipientFate Fate,
    string? LastReply,
    DateTimeOffset? NextDue = null,
    bool CountAttempt = true,
    DateTimeOffset? Expires = null,
    bool DelayTold = false);

public enum RecipientFate
{
    /// <summary>Gone: the receiver has it. Its row goes.</summary>
    Delivered,

    /// <summary>Gone: bounced, its DSN is among the spawned, or none was wanted.</summary>
    Failed,

    /// <summary>Waits on; the claim ends.</summary>
    Waiting,

    /// <summary>Only notes what the result says (a delay told, a shorter life); claim and due stay as they are.</summary>
    Noted,

    /// <summary>A DSN that can't be delivered: kept with its reason and shown, never tried again.</summary>
    Undeliverable,
}
