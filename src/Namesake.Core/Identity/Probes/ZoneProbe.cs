using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Looks at both zones of a source as receivers do, and remembers who has failed before. One probe for all sources: they share its memory.</summary>
public sealed class ZoneProbe : IFactProbe
{
    private readonly IDnsSurvey _survey;
    private readonly ZoneProbeOptions _options;
    private readonly TimeProvider _clock;
    private readonly ZoneBook _book;

    public ZoneProbe(IDnsSurvey survey, ZoneProbeOptions options, TimeProvider clock)
        : this(survey, options, clock, new ZoneBook())
    {
    }

    private ZoneProbe(IDnsSurvey survey, ZoneProbeOptions options, TimeProvider clock, ZoneBook book) => (_survey, _options, _clock, _book) = (survey, options, clock, book);

    public string Name => "name servers";

    /// <summary>The same memory, for one look with another patience.</summary>
    public ZoneProbe With(int moreLooks) => new(_survey, _options with { MoreLooks = moreLooks }, _clock, _book);

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var (address, ehlo) = (basis.Source.PublicAddress, (DomainName)basis.Source.Ehlo);
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        var asked = await Task.WhenAll(
            _survey.SurveyAsync(ReverseName.Of(address), RecordType.Ptr, null, cancellation),
            _survey.SurveyAsync(ehlo, isV4 ? RecordType.A : RecordType.Aaaa, null, cancellation),
            _survey.SurveyAsync(ehlo, isV4 ? RecordType.Aaaa : RecordType.A, null, cancellation));
        var seen = new ZoneFacts(asked[0], asked[1], asked[2]);
        seen = seen with { Troubles = _book.Note(seen.Pointer) };
        for (var more = 0; more < _options.MoreLooks && seen.Troubles.Any(trouble => !trouble.IsRepeated); more++)
        {
            _options.Looked?.Invoke(more + 2);
            await Task.Delay(_options.Pause, _clock, cancellation);
            var again = await _survey.SurveyAsync(seen.Pointer.Name, RecordType.Ptr, _options.Pause < ZoneBook.LeastGap ? _options.Pause : ZoneBook.LeastGap, cancellation);
            seen = seen with { Pointer = again, Troubles = _book.Note(again) };
        }
        seen = seen with { ViewsApart = [.. seen.Surveys.SelectMany(each => _book.Compare(each, basis.TreatAsPublic))] };
        // Write authority and the registry are what the fixer knows: a look at DNS leaves them as they are.
        return facts => facts with { Zone = seen with { Authority = facts.Zone?.Authority, Written = facts.Zone?.Written } };
    }
}
