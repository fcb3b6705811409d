using System.Text;

namespace Namesake.Core.Identity.Checks;

/// <summary>The catalogue as the documentation shows it: written from the cards, so that it can't come apart from the code.</summary>
public static class CatalogueTable
{
    private static readonly (string Group, string Title)[] Groups =
    [
        ("EG", "Egress: the address mail leaves from"), ("EH", "The EHLO name"), ("PT", "Reverse DNS"), ("ZN", "Health of the zones"), ("AU", "Authentication tied to the identity"),
        ("TL", "TLS and what answers on the address"), ("V6", "IPv6"), ("RP", "Reputation as a signal about identity"), ("FB", "Feedback and consistency"),
    ];

    public static string Markdown()
    {
        var text = new StringBuilder(64 * 1024);
        foreach (var (group, title) in Groups)
        {
            var checks = Catalogue.All.Where(check => check.Id.StartsWith(group, StringComparison.Ordinal)).ToList();
            if (checks.Count == 0)
                continue;
            text.Append("### ").Append(title).Append("\n\n| check | what must be so | strict | forward | observe | looked at | evidence | who enforces it | fix |\n|---|---|---|---|---|---|---|---|---|\n");
            foreach (var check in checks)
            {
                var card = check.Card;
                text.Append("| ").AppendJoin(" | ",
                    card.Id, Cell(card.Title), Severity(check, IdentityPolicy.Strict), Severity(check, IdentityPolicy.Forward), Severity(check, IdentityPolicy.Observe),
                    card.When.ToString().ToLowerInvariant(), Cell(card.Evidence), Cell(card.EnforcedBy), Cell(card.Remedy)).Append(" |\n");
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Severity(IdentityCheck check, IdentityPolicy policy) => check.SeverityUnder(policy).ToString().ToUpperInvariant();

    private static string Cell(string text) => text.Length == 0 ? "–" : text.Replace("|", "\\|", StringComparison.Ordinal);
}
