using Namesake.Configuration.Sections;

namespace Namesake.Configuration.Checks;

internal static class DnsProviderChecks
{
    public static void Run(ConfigurationDraft draft, Problems problems)
    {
        Duplicates.Report(draft.DnsProviders.Select(provider => provider.Id), "dnsProviders: the id", problems);
        // Two that write one zone would each plan it.
        Duplicates.Report(draft.DnsProviders.SelectMany(provider => provider.Zones), "dnsProviders: the zone", problems);
    }
}
