using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Looks at both zones of a source as receivers do, and remembers who has failed before. One probe for all sources: they share its memory.</summary>
public sealed class ZoneProbe(IDnsSurvey survey, ZoneProbeOptions options, TimeProvider clock) : IFactProbe
{
    private readonly ZoneBook _book = new();

    public string Name => "name servers";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var (address, ehlo) = (basis.Source.PublicAddress, (DomainName)basis.Source.Ehlo);
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        var asked = await Task.WhenAll(
            survey.SurveyAsync(ReverseName.Of(address), RecordType.Ptr, null, cancellation),
            survey.SurveyAsync(ehlo, isV4 ? RecordType.A : RecordType.Aaaa, null, cancellation),
            survey.SurveyAsync(ehlo, isV4 ? RecordType.Aaaa : RecordType.A, null, cancellation));
        var seen = new ZoneFacts(asked[0], asked[1], asked[2]);
        seen = seen with { Troubles = _book.Note(seen.Pointer) };
        for (var more = 0; more < options.MoreLooks && seen.Troubles.Any(trouble => !trouble.IsRepeated); more++)
        {
            await Task.Delay(options.Pause, clock, cancellation);
            var again = await survey.SurveyAsync(seen.Pointer.Name, RecordType.Ptr, options.Pause < ZoneBook.LeastGap ? options.Pause : ZoneBook.LeastGap, cancellation);
            seen = seen with { Pointer = again, Troubles = _book.Note(again) };
        }
        seen = seen with { ViewsApart = [.. seen.Surveys.SelectMany(each => _book.Compare(each, basis.TreatAsPublic))] };
        // Write authority and the registry are what the fixer knows: a look at DNS leaves them as they are.
        return facts => facts with { Zone = seen with { Authority = facts.Zone?.Authority, Written = facts.Zone?.Written } };
    }
}
