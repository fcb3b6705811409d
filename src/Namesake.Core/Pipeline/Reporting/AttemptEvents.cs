using System.Collections.Frozen;
using System.Globalization;
using System.Net.Sockets;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;
using Namesake.Core.Receivers.Replies;
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
        var told = outcomes[0];
        var delivered = 0;
        foreach (var outcome in outcomes)
        {
            if (outcome is Delivered)
                delivered++;
            else if (told is Delivered)
                told = outcome;
        }

        var message = consignment.Message.ToString();
        var attempts = consignment.Recipients[0].Attempts;
        return new AttemptEvent
        {
            Time = now,
            Attempt = string.Create(CultureInfo.InvariantCulture, $"{message}.{consignment.Recipients[0].Ordinal}.{attempts}"),
            Message = message,
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
            Verdict = Lower<Verdict>.Of(standing?.Verdict ?? Verdict.Unknown),
            Policy = policy,
            Route = route?.How ?? "none",
            Site = route?.Site.Value ?? consignment.Key.Domain.Value,
            Phase = Lower<SessionPhase>.Of(told.Phase),
            Code = told.Reply?.Code,
            Enhanced = told.Reply?.Enhanced?.ToString(),
            Reply = told.Reply is { } reply ? Text(reply) : null,
            Class = told.Verdict is { } verdict ? ReplyNames.Of(verdict.Class) : null,
            Subclass = told.Verdict is { Subclass: not ReplySubclass.None } named ? ReplyNames.Of(named.Subclass) : null,
            Rule = told.Verdict is { Rule.Length: > 0 } ruled ? ruled.Rule : null,
            Outcome = told.Name,
            Scope = told switch { Deferred deferred => Name(deferred.Scope), Refused refused => Name(refused.Scope), _ => null },
            Explanation = told.Explanation,
            Recipients = outcomes.Count,
            Delivered = delivered,
            Bytes = consignment.Size,
            NextAttempt = told is Deferred ? consignment.Due : null,
        };
    }

    /// <summary>As events spell it.</summary>
    public static string NameOf(IdentityPolicy policy) => Lower<IdentityPolicy>.Of(policy);

    private static string Name(FailureScope scope) => Lower<FailureScope>.Of(scope);

    private static string Text(SmtpReply reply) => reply.Lines is [var only] ? only : string.Join(" / ", reply.Lines);

    /// <summary>The names of an enumeration as events spell them, made once.</summary>
    private static class Lower<T> where T : struct, Enum
    {
        private static readonly FrozenDictionary<T, string> Names =
            Enum.GetValues<T>().ToFrozenDictionary(value => value, value => value.ToString().ToLowerInvariant());

        public static string Of(T value) => Names[value];
    }
}
