using System.Collections.Immutable;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

/// <summary>How well one zone is kept. The same for all names in it, so many surveys share one.</summary>
/// <param name="Servers">Every address of every server that the zone or its parent names, as far as the bounds go.</param>
/// <param name="WithoutAddress">Servers that are named and have no address, as DNS definitely says.</param>
/// <param name="Parent">Null when the zone above could not be asked.</param>
/// <param name="Trouble">Why no server is known, in plain words; null when some are.</param>
public sealed record ZoneSurvey(DomainName Zone, ImmutableArray<ZoneServerLook> Servers, ImmutableArray<DomainName> WithoutAddress, ParentDelegation? Parent, DateTimeOffset At, string? Trouble = null)
{
    /// <summary>How long an absence may be remembered, by the server that says the longest; null when none tells.</summary>
    public TimeSpan? NegativeTtl => Servers.Select(server => server.Start?.NegativeTtl).Max();
}

/// <summary>What one address of one server says about the zone itself.</summary>
/// <param name="NameServers">The NS records at the zone's apex.</param>
public sealed record ZoneServerLook(DomainName Server, IPAddress Address, DnsWord Soa, DnsWord SoaOverTcp, DnsWord NameServers)
{
    public StartOfAuthorityRecord? Start =>
        Soa.Answer.Records.Concat(SoaOverTcp.Answer.Records).OfType<StartOfAuthorityRecord>().FirstOrDefault();

    /// <summary>The server names it gives for its zone; null when it doesn't tell.</summary>
    public ImmutableArray<DomainName>? Names => NameServers.Outcome == DnsOutcome.Answer
        ? [.. NameServers.Answer.Records.OfType<NameServerRecord>().Select(record => record.Server)]
        : null;

    public IEnumerable<DnsWord> Words => [Soa, SoaOverTcp, NameServers];

    public override string ToString() => $"{Server} {Address}";
}

/// <summary>What the zone above delegates, by some of its servers.</summary>
public sealed record ParentDelegation(DomainName Parent, ImmutableArray<ParentWord> Words)
{
    /// <summary>The sets of names that referrals give; several where the parent's servers disagree.</summary>
    public IEnumerable<ParentWord> Referrals => Words.Where(word => word is { Outcome: DnsOutcome.Answer, ServesChild: false });
}

/// <param name="Outcome">Answer: it names the servers in <paramref name="Names"/>. NameError or NoData: it delegates nothing there.</param>
/// <param name="ServesChild">It serves the zone itself and answers from there: its delegation can't be seen.</param>
public sealed record ParentWord(string Server, DnsOutcome Outcome, ImmutableArray<DomainName> Names, bool ServesChild);
