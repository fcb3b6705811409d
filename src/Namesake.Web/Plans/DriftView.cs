using System.Collections.Immutable;
using Namesake.Core.Plans;

namespace Namesake.Web.Plans;

/// <param name="Troubles">What could not be looked at.</param>
public sealed record DriftView(ImmutableArray<DriftedView> Drifts, ImmutableArray<string> Troubles);

/// <summary>Something a plan has made, and what somebody has made of it since.</summary>
/// <param name="What">A type of records ("PTR", "A"), or "translation".</param>
/// <param name="Name">The record's name, or the firewall's id.</param>
/// <param name="Plan">The plan that made it.</param>
public sealed record DriftedView(string What, string Name, string Made, string Now, string Plan)
{
    public static DriftedView Of(OwnedDrift drift)
    {
        ArgumentNullException.ThrowIfNull(drift);
        return new DriftedView(drift.What, drift.Name, drift.Made, drift.Now, drift.Plan.Value);
    }
}

/// <param name="Taken">Ours from now on, as it is.</param>
/// <param name="Left">Not taken.</param>
public sealed record AdoptionView(ImmutableArray<DriftedView> Taken, ImmutableArray<LeftView> Left);

/// <param name="Why">Why it was not taken.</param>
public sealed record LeftView(string What, string Name, string Why);
