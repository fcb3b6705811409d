namespace Namesake.Core.Suppression;

/// <summary>When a brand sends nothing more to a recipient because its receiver says that there is nobody. Errs on the side of sending: a false suppression is mail that doesn't arrive.</summary>
public sealed record SuppressionRules
{
    /// <value>Default off. Behind a smart host people write to people: they read the receiver's own answer, and write again once the mailbox is there. And receivers err together:
    /// on 14 and 15 December 2020 Gmail said "550 5.1.1" of mailboxes that existed, for six hours in all. Who sends to lists turns it on.</value>
    public SuppressionMode Mode { get; init; } = SuppressionMode.Off;

    /// <summary>Refused messages that make a suppression.</summary>
    /// <value>Default 2, as in Postal. (Amazon SES and mox take 1.) Range 1 to 100.</value>
    public int Refusals { get; init; } = 2;

    /// <summary>Refusals that belong together; an older one is forgotten.</summary>
    /// <value>Default 30 days: a newsletter goes out once a month. Range 1 hour to 90 days.</value>
    public TimeSpan Within { get; init; } = TimeSpan.FromDays(30);

    /// <summary>What must lie between the first and the last of them, so that no receiver's bad day counts.</summary>
    /// <value>Default 2 days: Gmail's trouble of December 2020 came twice, 26 hours from its beginning to its end. Range zero to <see cref="Within"/>; has no meaning where one refusal is enough.</value>
    public TimeSpan Apart { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long after the last refusal it holds. Then a message is tried again.</summary>
    /// <value>Default 30 days, as in Postal: mailboxes are made anew. Range 1 hour to 3,650 days.</value>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The longest <see cref="Within"/>: what is older may be forgotten whatever is configured.</summary>
    public static readonly TimeSpan WithinAtMost = TimeSpan.FromDays(90);

    /// <summary>What is known after another refusal.</summary>
    /// <param name="known">What was known before; null: nothing.</param>
    public SuppressionEntry Next(SuppressionKey key, SuppressionEntry? known, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        if (known?.Message == refusal.Message)
            return known; // the same attempt, told twice
        var at = refusal.At;
        var (count, first) = known?.LastRefusal is not { } last || at - last > Within ? (1, at)
            : at - known.FirstRefusal > Within ? (2, last) // what lay in between isn't known any more: rather too few
            : (known.Refusals + 1, known.FirstRefusal ?? last);
        var next = (known ?? new SuppressionEntry(key) { Origin = SuppressionOrigin.Reply }) with
        {
            Refusals = count,
            FirstRefusal = first,
            LastRefusal = at,
            Reply = SuppressionEntry.Cut(refusal.Reply.ToString()),
            Rule = refusal.Rule,
            Message = refusal.Message,
            Changed = at,
        };
        if (next.IsInForce(at))
            return next.Origin == SuppressionOrigin.Reply ? next with { Until = at + Lifetime } : next; // a person's word has its own end
        if (known?.Since is not null && known.Origin != SuppressionOrigin.Reply)
            next = next with { Origin = SuppressionOrigin.Reply, Reason = null, By = null }; // that word is over
        next = next with { Since = null, Until = null };
        return count >= Refusals && (Refusals == 1 || at - first >= Apart) ? next with { Since = at, Until = at + Lifetime } : next;
    }
}
