using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Headers;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline;

/// <summary>Whose mail it would be, decided by the same rule as at submission, with every signal told.</summary>
/// <param name="Sender">The reverse-path it leaves with; another than asked when it is forwarded (SRS). Null without a brand.</param>
/// <param name="Refusal">What the client would hear; null with a brand.</param>
/// <param name="Remedy">Null with a brand.</param>
internal sealed record ExplainedBrand(Brand? Brand, Mailbox? Sender, string Reason, SmtpReply? Refusal, string? Remedy)
{
    /// <summary>Who signs a message whose From is the envelope sender.</summary>
    public ImmutableArray<DkimSigner> Signers { get; init; } = [];

    /// <summary>Why nobody does; null when somebody does, and without a brand.</summary>
    public string? Unsigned { get; init; }

    public static ExplainedBrand Of(Mailbox from, ExplainOrigin origin, RelayModel model, DateTimeOffset now)
    {
        var (listener, user) = (origin.Listener, origin.User);
        if (listener is not null && user is null && listener.RelayFrom.IsEmpty && model.Clients.IsEmpty)
            return Refused(
                model.Users.IsEmpty ? SmtpReply.Of(550, "5.7.1", $"Relaying denied: listener {listener.Address} has no relayFrom") : SmtpReply.Of(530, "5.7.0", "Authentication required"),
                $"name a client's login (--user), or give {listener.Address} a relayFrom");
        var signals = new BrandSignals(listener?.Brand, user?.Brand, null, listener?.NullSenderBrand, from);
        return BrandSelection.AtMail(model.Brands, signals, now) switch
        {
            BrandChosen chosen => Chosen(chosen, from, Why(chosen, from, origin, model)),
            BrandRejected rejected => Refused(SmtpReply.Of(550, "5.7.1", rejected.Reason), HowToOwn(from, origin, model)),
            _ => Refused(SmtpReply.Of(550, "5.7.1", "the sender names no brand"), HowToOwn(from, origin, model)),
        };
    }

    private static ExplainedBrand Chosen(BrandChosen chosen, Mailbox from, string reason)
    {
        var signers = chosen.SignersOf(new HeaderFacts { From = [from], FromFields = 1 });
        return new ExplainedBrand(chosen.Brand, chosen.Sender, reason, null, null)
        {
            Signers = signers,
            Unsigned = !signers.IsEmpty ? null
                : !chosen.Brand.Dkim.All.Any() ? $"{chosen.Brand.Id} has no dkim keys"
                : chosen.From == FromRule.Any ? "forwarded mail is not signed with the brand's keys"
                : $"none of the brand's dkim keys signs for {from.Domain}",
        };
    }

    private static ExplainedBrand Refused(SmtpReply reply, string remedy) => new(null, null, string.Join(' ', reply.Lines), reply, remedy);

    private static string Why(BrandChosen chosen, Mailbox from, ExplainOrigin origin, RelayModel model)
    {
        var signals = new List<string>(3);
        if (origin.Listener is { Brand: not null } listener)
            signals.Add($"listener {listener.Address} is its");
        if (origin.User is { } user)
            signals.Add($"the user {user.Name} is its");
        if (model.Brands.OwnerOfReversePath(from.Domain) is not null)
            signals.Add($"{from.Domain} is a sender domain of {chosen.Brand.Id}");
        var reason = string.Join(", and ", signals);
        return chosen.Sender == from ? reason : $"{reason}; {from.Domain} is none of its sender domains: forwarded, the sender becomes {chosen.Sender}";
    }

    private static string HowToOwn(Mailbox from, ExplainOrigin origin, RelayModel model)
    {
        var owner = model.Brands.OwnerOfReversePath(from.Domain);
        var named = origin.Listener?.Brand ?? origin.User?.Brand;
        if (owner is not null && named is not null)
            return $"send {from.Domain}'s mail through a listener and login of {owner.Id}: a brand never sends for another";
        if (named is { } brand)
            return $"declare {from.Domain} under senderDomains of {brand} if it is that brand's, or let {brand} forward for others with foreignSenders: srs";
        var parent = model.Brands.All.FirstOrDefault(one => one.SenderDomains.Any(from.Domain.IsEqualOrUnder));
        return parent is null
            ? $"declare {from.Domain} under senderDomains of the brand it belongs to, or say by which listener or login it comes (--listener, --user)"
            : $"sub-domains are not included: declare {from.Domain} under senderDomains of {parent.Id}, if it is that brand's";
    }
}
