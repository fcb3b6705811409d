using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Probes;

/// <summary>Looks whether this machine can be believed about DNS, before anybody believes it.</summary>
/// <param name="vantages">From where the outside is looked at, as configured: witnesses, reflectors, this node. Null when nobody knows.</param>
public sealed class AuditorProbe(IDnsSurvey survey, Func<ImmutableArray<Vantage>?> vantages, TimeProvider clock) : IFactProbe
{
    public string Name => "resolvers";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        var control = survey.SurveyZoneAsync(survey.ControlZone, null, cancellation);
        var seen = new AuditorFacts(clock.GetUtcNow()) { Resolvers = await survey.ExamineResolversAsync(cancellation), Control = await control, Vantages = vantages() };
        return facts => facts with { Auditor = seen };
    }
}
