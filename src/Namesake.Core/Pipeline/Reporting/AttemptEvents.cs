using System.Globalization;
using System.Net.Sockets;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Reporting;

/// <summary>Puts together the one event an attempt, or an end without one, leaves.</summary>
public static class AttemptEvents
{
    /// <summary>The event with everything but the session's facts, which the caller adds (they are Delivery's).</summary>
    /// <param name="source">Null: it isn't configured any more.</param>
    /// <param name="route">Null: there is no way there, or none is known.</param>
    public static AttemptEvent For(
        Consignment consignment, Source? source, Reachable? route, IReadOnlyList<Outcome> outcomes, SourceStanding? standing, string policy, string node, DateTimeOffset now)
    {
        // The outcome that says most: the first that isn't a delivery, else the delivery.
        var told = outcomes.FirstOrDefault(outcome => outcome is not Delivered) ?? outcomes[0];
        var attempts = consignment.Recipients[0].Attempts;
        return new AttemptEvent
        {
            Time = now,
            Attempt = string.Create(CultureInfo.InvariantCulture, $"{consignment.Message}.{consignment.Recipients[0].Ordinal}.{attempts}"),
            Message = consignment.Message.ToString(),
            Node = node,
            Brand = consignment.Key.Brand.Value,
            Submitter = consignment.Submitter,
            SenderDomain = consignment.Sender?.Domain.Value,
            RecipientDomain = consignment.Key.Domain.Value,
            Source = consignment.Key.Source.Value,
            Family = source is null ? "none" : source.Family == AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4",
            ExpectedPublic = source?.PublicAddress.ToString() ?? "none",
            Evidence = standing?.Proof?.Evidence,
            EvidenceAgeSeconds = standing?.Proof is { } proof ? Math.Round((now - proof.At).TotalSeconds, 1) : null,
            Ehlo = source?.Ehlo.Value ?? "none",
            Verdict = (standing?.Verdict ?? Verdict.Unknown).ToString().ToLowerInvariant(),
            Policy = policy,
            Route = route?.How ?? "none",
            Site = route?.Site.Value ?? consignment.Key.Domain.Value,
            Phase = told.Phase.ToString().ToLowerInvariant(),
            Code = told.Reply?.Code,
            Enhanced = told.Reply?.Enhanced?.ToString(),
            Reply = told.Reply is { } reply ? Text(reply) : null,
            Outcome = told.GetType().Name.ToLowerInvariant(),
            Scope = told switch { Deferred deferred => Name(deferred.Scope), Refused refused => Name(refused.Scope), _ => null },
            Explanation = told.Explanation,
            Recipients = outcomes.Count,
            Delivered = outcomes.Count(outcome => outcome is Delivered),
            Bytes = consignment.Size,
            NextAttempt = told is Deferred ? consignment.Due : null,
        };
    }

    private static string Name(FailureScope scope) => scope.ToString().ToLowerInvariant();

    private static string Text(SmtpReply reply) => string.Join(" / ", reply.Lines);
}
