using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns.Texts;

/// <summary>A plan as lines of zone files (RFC 1035 §5), for who has no file at hand to make a patch for: what goes as comments, what comes as records.</summary>
public static class ZoneFileText
{
    /// <param name="steps">Those of the plan, or its way back (<see cref="Plan.Inverse"/>).</param>
    public static string Of(Plan plan, ImmutableArray<PlanStep> steps)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"; {(steps == plan.Steps ? "Plan" : "Undoes plan")} {plan.Id} of {plan.Node}\n");
        var changes = steps.SelectMany(step => step.Changes).ToList();
        foreach (var zone in changes.OfType<ZoneChange>())
            text.Append(CultureInfo.InvariantCulture, $"\n; The zone {zone.Zone}. is to be {(zone.Removes ? "removed" : "made")}\n");
        foreach (var zone in changes.OfType<RecordChange>().GroupBy(change => change.Zone))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n; Zone {zone.Key}.: remove what stands behind ;-, add the rest, raise the serial\n$ORIGIN {zone.Key}.\n");
            foreach (var change in zone)
            {
                foreach (var line in Lines(change, change.Old, zone.Key))
                    text.Append(CultureInfo.InvariantCulture, $";- {line}\n");
                foreach (var line in Lines(change, change.New, zone.Key))
                    text.Append(CultureInfo.InvariantCulture, $"{line}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Values are absolute: nothing in them depends on an origin.</summary>
    internal static IEnumerable<string> Lines(RecordChange change, RecordSet? set, DomainName? origin) =>
        (set?.Values ?? []).Select(value => string.Create(CultureInfo.InvariantCulture, $"{(origin is null ? $"{change.Name}." : RelativeName.Of(change.Name, origin))}\t{set!.Ttl}\tIN\t{change.Type.Word()}\t{value}"));
}
