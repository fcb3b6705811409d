using Namesake.Protocol.Addresses;

namespace Namesake.Core.Brands;

/// <summary>Finds the one brand a message belongs to: listener, authenticated user, client address, envelope domain, From domain. All that are present must agree.</summary>
public static class BrandSelection
{
    /// <summary>At MAIL: everything but the From header is known.</summary>
    public static BrandChoice AtMail(BrandDirectory brands, BrandSignals signals)
    {
        (BrandId Brand, string Said)? known = null;
        foreach (var (brand, said) in new (BrandId?, string)[] { (signals.Listener, "this listener"), (signals.User, "your login"), (signals.Client, "your address") })
        {
            if (brand is not { } id)
                continue;
            if (known is { } earlier && earlier.Brand != id)
                return new BrandRejected($"Brands conflict: {earlier.Said} belongs to {earlier.Brand}, {said} to {id}");
            known ??= (id, said);
        }

        var owner = signals.Sender is { } sender ? brands.OwnerOf(sender.Domain) : null;
        if (known is { } settled)
        {
            if (brands.Find(settled.Brand) is not { } brand)
                return new BrandRejected($"The brand {settled.Brand} does not exist any more");
            if (signals.Sender is null || owner?.Id == brand.Id)
                return new BrandChosen(brand, signals.Sender, Forwarded: false);
            return new BrandRejected(owner is null
                ? $"Sender domain {signals.Sender.Domain} is not one of the brand {brand.Id}, to which {settled.Said} belongs"
                : $"Brands conflict: {settled.Said} belongs to {brand.Id}, the sender domain {signals.Sender.Domain} to {owner.Id}");
        }

        if (signals.Sender is null)
            return new BrandUndecided(signals.NullSenderBrand);
        return owner is null
            ? new BrandRejected($"No brand: the sender domain {signals.Sender.Domain} is not a sender domain of any")
            : new BrandChosen(owner, signals.Sender, Forwarded: false);
    }

    /// <summary>After the content: the From header must be the brand's own, and decides for a null sender.</summary>
    public static BrandChoice AtContent(BrandDirectory brands, BrandChoice choice, IReadOnlyList<Mailbox> from)
    {
        var owners = from.Select(mailbox => (mailbox.Domain, Owner: brands.OwnerOf(mailbox.Domain))).ToList();
        switch (choice)
        {
            case BrandChosen { Forwarded: true }:
                return choice;
            case BrandChosen { Brand: var brand } chosen:
                // A server behind us writes NDRs under its own default domain: with a null sender the envelope's word counts.
                return chosen.Sender is null || owners.All(owner => owner.Owner?.Id == brand.Id)
                    ? choice
                    : new BrandRejected($"From header domain {owners.First(owner => owner.Owner?.Id != brand.Id).Domain} is not one of the brand {brand.Id}");
            case BrandUndecided undecided:
                var distinct = owners.Where(owner => owner.Owner is not null).Select(owner => owner.Owner!).Distinct().ToList();
                if (distinct.Count == 1)
                    return new BrandChosen(distinct[0], null, Forwarded: false);
                if (distinct.Count > 1)
                    return new BrandRejected($"Brands conflict: the From header names {distinct[0].Id} and {distinct[1].Id}");
                return undecided.NullSenderBrand is { } id && brands.Find(id) is { } fallback
                    ? new BrandChosen(fallback, null, Forwarded: false)
                    : new BrandRejected("No brand: a null sender, and the From header names no brand's domain");
            default:
                return choice;
        }
    }
}
