using Namesake.Protocol.Headers;

namespace Namesake.Core.Brands;

/// <summary>Finds the one brand a message belongs to, or says why there is none. Pure; there is no default.</summary>
/// <remarks>
/// Signals in order of trust: listener, authenticated user, client address, domain of the envelope sender, domain of From (null sender only).
/// <para>1. All that are present must agree; two that differ are refused, and the text names both.</para>
/// <para>2. A sender of a domain nobody declares is no signal. With the brand known by another signal it is foreign: refused or rewritten by SRS, as the brand says; otherwise nobody's.</para>
/// <para>3. A null sender is decided by the first three signals; without them, after the content, by From; where From names no brand of ours, by the listener's null-sender brand.</para>
/// <para>4. What From may show follows from how the brand was found (<see cref="FromRule"/>), and is checked after the content.</para>
/// </remarks>
public static class BrandSelection
{
    /// <summary>The decision at MAIL: chosen, refused, or undecided until the content is here.</summary>
    public static BrandChoice AtMail(BrandDirectory brands, BrandSignals signals, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(brands);
        ArgumentNullException.ThrowIfNull(signals);
        var owner = signals.Sender is { } sender ? brands.OwnerOfReversePath(sender.Domain) : null;
        ReadOnlySpan<BrandId?> present = [signals.Listener, signals.User, signals.Client, owner?.Id];
        var first = -1;
        for (var i = 0; i < present.Length; i++)
        {
            if (present[i] is not { } named)
                continue;
            if (first < 0)
                first = i;
            else if (present[first] != named)
                return new BrandRejected($"{Capital(NameOf(first, signals))} belongs to brand {present[first]}, {NameOf(i, signals)} to brand {named}: they must agree");
        }

        if (first >= 0 && present[first] is { } known)
            return brands.Find(known) is { } brand ? Choose(brand, signals, isOwn: owner is not null, now) : new BrandRejected($"Brand {known} is not configured");
        return signals.Sender is null
            ? new BrandUndecided(signals.NullSenderBrand)
            : new BrandRejected($"No brand here sends for {signals.Sender.Domain}, and neither listener, login nor client address names one");
    }

    /// <summary>The last word, with the message's header known: chosen or refused.</summary>
    public static BrandChoice AtContent(BrandDirectory brands, BrandChoice choice, HeaderFacts header)
    {
        ArgumentNullException.ThrowIfNull(brands);
        ArgumentNullException.ThrowIfNull(header);
        return choice switch
        {
            BrandChosen { From: FromRule.Any } => choice,
            BrandChosen chosen => FromFault(brands, chosen.Brand, chosen.From, header) is { } fault ? new BrandRejected(fault) : chosen,
            BrandUndecided undecided => ByFrom(brands, undecided, header),
            _ => choice,
        };
    }

    private static BrandChoice Choose(Brand brand, BrandSignals signals, bool isOwn, DateTimeOffset now)
    {
        if (signals.Sender is not { } sender)
        {
            var serverBehindUs = signals.Listener is not null || signals.NullSenderBrand == brand.Id || brand.ForeignSenders == ForeignSenders.Srs;
            return new BrandChosen(brand, null, serverBehindUs ? FromRule.NotAnothers : FromRule.Own);
        }
        if (isOwn)
            return new BrandChosen(brand, sender, FromRule.Own);
        if (brand.ForeignSenders != ForeignSenders.Srs || brand.SrsSecret is not { } secret)
            return new BrandRejected($"{sender.Domain} is not a sender domain of brand {brand.Id}, and the brand does not forward for others");
        return new Srs(secret, brand.BounceDomain).TryRewrite(sender, now, out var rewritten, out var error)
            ? new BrandChosen(brand, rewritten, FromRule.Any)
            : new BrandRejected($"The forwarded sender cannot be rewritten under {brand.BounceDomain}: {error}");
    }

    private static BrandChoice ByFrom(BrandDirectory brands, BrandUndecided undecided, HeaderFacts header)
    {
        var owner = header.From.Select(from => brands.OwnerOf(from.Domain)).FirstOrDefault(owner => owner is not null);
        var (brand, rule) = owner is not null ? (owner, FromRule.Own)
            : undecided.NullSenderBrand is { } id ? (brands.Find(id), FromRule.NotAnothers)
            : (null, FromRule.Own);
        if (brand is null)
            return new BrandRejected(header.From.IsEmpty
                ? "The sender is null and no address in From says whose message it is"
                : $"The sender is null and no brand here sends for {header.From[0].Domain}, the domain of From");
        return FromFault(brands, brand, rule, header) is { } fault ? new BrandRejected(fault) : new BrandChosen(brand, null, rule);
    }

    /// <summary>Null when From shows nothing it may not. A message without From shows nobody's name: that it is malformed is not for this rule to say.</summary>
    private static string? FromFault(BrandDirectory brands, Brand brand, FromRule rule, HeaderFacts header)
    {
        // Readers disagree which of two counts, so either could be the one that is checked and the other the one that is shown. RFC 5322 §3.6
        if (header.FromFields > 1)
            return $"The message has {header.FromFields} From fields; one is allowed (RFC 5322 3.6)";
        foreach (var from in header.From)
        {
            var owner = brands.OwnerOf(from.Domain);
            if (owner is null && rule == FromRule.Own)
                return $"The From address is of {from.Domain}, which is not a sender domain of brand {brand.Id}";
            if (owner is not null && owner.Id != brand.Id)
                return $"The message belongs to brand {brand.Id}, its From address ({from.Domain}) to brand {owner.Id}: they must agree";
        }
        // A server behind us may write no address at all into its notices, but none that can't be read: a mail program might show another brand's.
        return rule == FromRule.Own && header.IsFromMalformed || rule == FromRule.NotAnothers && header.MayFromShowAnother ? "The From field holds something that is no address, so it cannot be checked" : null;
    }

    private static string NameOf(int signal, BrandSignals signals) => signal switch
    {
        0 => "this listener",
        1 => "the authenticated user",
        2 => "the client's address",
        _ => $"the sender domain {signals.Sender?.Domain}",
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
