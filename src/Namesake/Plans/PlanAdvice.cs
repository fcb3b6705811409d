using System.Collections.Immutable;
using System.Globalization;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Plans;

/// <summary>Which variant fits, of what a configuration or a list tells.</summary>
public static class PlanAdvice
{
    /// <param name="list">A server that isn't ours; null: the configuration's sources.</param>
    /// <param name="workshop">Null: there is no configuration.</param>
    public static Situation Look(ImmutableArray<WantedIdentity>? list, PlanWorkshop? workshop, bool isPool, bool cannotBind, bool isForeignReverse)
    {
        var wanted = list ?? (workshop is null ? [] : DnsPlanning.Identities(workshop.Configuration.Relay, []));
        // Without providers in the configuration nobody has said who writes; of a list we know nothing at all.
        var owns = !isForeignReverse && (workshop is null || workshop.Providers.IsEmpty || wanted.All(identity => IsWritten(identity, workshop)));
        return Situation.Of(wanted, owns, isPool, cannotBind ? false : list is null ? true : null);
    }

    /// <summary>The plan with the advisor's word at the head of its notes.</summary>
    public static Plan With(this Plan plan, Situation situation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return situation.Names == 0 ? plan : plan with { Notes = plan.Notes.Insert(0, VariantAdvisor.For(situation).ToNote()) };
    }

    private static bool IsWritten(WantedIdentity identity, PlanWorkshop workshop)
    {
        var name = ReverseName.Of(identity.Public);
        // A zone by RFC 2317 lies beside the name, under the parent that leads there.
        var octets = identity.Public.GetAddressBytes();
        var parent = octets.Length == 4 ? DomainName.Parse(string.Create(CultureInfo.InvariantCulture, $"{octets[2]}.{octets[1]}.{octets[0]}.in-addr.arpa")) : null;
        return workshop.Providers.SelectMany(provider => provider.Traits.Zones).Any(zone => name.IsEqualOrUnder(zone) || (parent is not null && zone.IsEqualOrUnder(parent)));
    }
}
