using Namesake.Core.Suppression;

namespace Namesake.Web.Suppressions;

/// <summary>One recipient of a brand's list.</summary>
/// <param name="State">"suppressed"; "off": replies suppressed it, and the brand's suppression is off; "ended"; "counted": refusals are counted, nothing is stopped.</param>
/// <param name="Since">Null: it never was.</param>
/// <param name="Until">Null: until it is lifted.</param>
/// <param name="Origin">"reply", "hand", "import" or "bounce".</param>
/// <param name="Refusals">Messages refused because there is nobody, of those that belong together.</param>
/// <param name="Rule">The classifier's rule that understood the reply.</param>
/// <param name="Message">The message that was refused last.</param>
/// <param name="Text">What a client and a sender are told; null when nobody is.</param>
/// <param name="Lift">The verb that ends it.</param>
public sealed record SuppressionView(
    string Brand,
    string Address,
    string State,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    string Origin,
    int Refusals,
    DateTimeOffset? FirstRefusal,
    DateTimeOffset? LastRefusal,
    string? Reply,
    string? Rule,
    string? Message,
    string? Reason,
    string? By,
    string? Text,
    string Lift)
{
    public static SuppressionView Of(SuppressionEntry entry, Core.Suppression.Suppressions suppressions, DateTimeOffset now)
    {
        var state = entry.Since is null ? "counted" : !entry.IsInForce(now) ? "ended" : suppressions.Applies(entry) ? "suppressed" : "off";
        return new SuppressionView(
            entry.Key.Brand.Value, entry.Key.Address, state, entry.Since, entry.Until, entry.Origin.ToString().ToLowerInvariant(), entry.Refusals, entry.FirstRefusal, entry.LastRefusal, entry.Reply, entry.Rule,
            entry.Message?.ToString(), entry.Reason, entry.By, state == "suppressed" ? entry.Answer().ToString() : null, entry.Lift);
    }
}
