using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Asks the configured lists about the public address and the EHLO name, and the registry about the address: 1. is the list to be believed, 2. does it list, 3. why.</summary>
/// <remarks>One for the process: it remembers for an hour which lists are to be believed.</remarks>
public sealed class ListingProbe(IDnsLookup dns, IRegistry? registry, ListingOptions options, TimeProvider time) : IFactProbe
{
    private readonly ListTrust _trust = new(dns, time);

    public string Name => "lists";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        if (options.Lists.IsEmpty && !(options.AskRegistry && registry is not null))
            return facts => facts;
        var address = basis.Source.PublicAddress;
        var asking = options.AskRegistry && registry is not null ? registry.AskAsync(address, cancellation) : null;
        var answers = await Task.WhenAll(Questions(basis).Select(question => AskAsync(question.List, question.Subject, question.Name, cancellation)));
        var found = asking is null ? null : await asking;
        return facts => facts with { Listing = (facts.Listing ?? new ListingFacts()) with { Lists = [.. answers], Registry = found } };
    }

    private IEnumerable<(DnsList List, string Subject, DomainName Name)> Questions(IdentityFacts basis)
    {
        DomainName ehlo = basis.Source.Ehlo;
        var registered = DomainName.TryParse(RegistrableDomain.Of(ehlo.Value), out var domain, out _) ? domain : ehlo;
        foreach (var list in options.Lists)
        {
            if (list.NameOf(basis.Source.PublicAddress) is { } address)
                yield return (list, basis.Source.PublicAddress.ToString(), address);
            // Lists have what was registered, some of them single hosts below.
            foreach (var subject in new[] { ehlo, registered }.Distinct())
                if (list.NameOf(subject) is { } name)
                    yield return (list, subject.Value, name);
        }
    }

    private async Task<ListAnswer> AskAsync(DnsList list, string subject, DomainName name, CancellationToken cancellation)
    {
        var answer = new ListAnswer(list.Title, subject, list.Kinds, ListState.Silent, [], "", "");
        var trust = await _trust.OfAsync(list, cancellation); // 1.
        if (!trust.IsGood)
            return answer with { State = trust.State, Words = trust.Words };
        var (state, entries, words) = ListReading.Of(list, await dns.AskAsync(name, RecordType.A, cancellation)); // 2.
        var reason = state == ListState.Listed ? ListReading.Reason(await dns.AskAsync(name, RecordType.Txt, cancellation)) : ""; // 3.
        return answer with { State = state, Entries = entries, Words = words, Reason = reason };
    }
}
