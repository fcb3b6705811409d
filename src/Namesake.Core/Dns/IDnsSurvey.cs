using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

/// <summary>The port to DNS as receivers see it: asks all who may be asked, and says who said what. No method throws for what DNS says or doesn't say.</summary>
public interface IDnsSurvey
{
    /// <param name="oldest">Zones looked at longer ago are looked at again; null: as configured. The name itself is always asked anew.</param>
    Task<NameSurvey> SurveyAsync(DomainName name, RecordType type, TimeSpan? oldest, CancellationToken cancellation);

    /// <summary>A zone whose name is known.</summary>
    Task<ZoneSurvey> SurveyZoneAsync(DomainName zone, TimeSpan? oldest, CancellationToken cancellation);

    /// <summary>Whether our resolvers, and the way to any server, can be believed.</summary>
    Task<ImmutableArray<ResolverExam>> ExamineResolversAsync(CancellationToken cancellation);

    /// <summary>A signed zone of the public DNS whose servers are known to be good: where they answer strangely, something stands between us and them.</summary>
    DomainName ControlZone { get; }
}
