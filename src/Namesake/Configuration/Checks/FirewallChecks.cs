using Namesake.Configuration.Sections;

namespace Namesake.Configuration.Checks;

internal static class FirewallChecks
{
    public static void Run(ConfigurationDraft draft, Problems problems)
    {
        Duplicates.Report(draft.Firewalls.Select(firewall => firewall.Id), "firewalls: the id", problems);
        // A change is made by who bears the id, and there must be one only. Both write a node's own rules once.
        foreach (var again in draft.Firewalls.Where(firewall => firewall.Settings is not null).GroupBy(firewall => (firewall.Settings!.Kind, firewall.Settings.Hook)).SelectMany(same => same.Skip(1)))
            problems.Error(again.At, "firewalls: there is one of this kind on this node already; its table is one and would be written by both");
        foreach (var firewall in draft.Firewalls)
            if (firewall.Id is { } id && draft.DnsProviders.Any(provider => provider.Id?.Value == id.Value))
                problems.Error(id.At, $"firewalls: the id {id.Value} is a DNS provider's already; plans would not say which of them they mean");
    }
}
