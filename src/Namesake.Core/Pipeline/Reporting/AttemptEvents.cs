using System.Globalization;
using System.Net.Sockets;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Reporting;

/// <summary>Puts together the one event an attempt leaves.</summary>
public static class AttemptEvents
{
    /// <summary>The event with everything but the session's facts, which the caller adds (they are Delivery's).</summary>
    public static AttemptEvent For(Waybill waybill, IReadOnlyList<Outcome> outcomes, SourceStanding? standing, string policy, string node, DateTimeOffset now)
    {
        var consignment = waybill.Consignment;
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
            SenderDomain = consignment.Sender?.Domain.Value,
            RecipientDomain = consignment.Key.Domain.Value,
            Source = waybill.Source.Id.Value,
            Family = waybill.Source.Family == AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4",
            ExpectedPublic = waybill.Source.PublicAddress.ToString(),
            Evidence = standing?.Proof?.Evidence,
            EvidenceAgeSeconds = standing?.Proof is { } proof ? Math.Round((now - proof.At).TotalSeconds, 1) : null,
            Ehlo = waybill.Source.Ehlo.Value,
            Verdict = (standing?.Verdict ?? Verdict.Unknown).ToString().ToLowerInvariant(),
            Policy = policy,
            Route = waybill.Route.How,
            Site = waybill.Route.Site.Value,
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
