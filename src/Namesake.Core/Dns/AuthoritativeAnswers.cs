using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

/// <summary>What each authoritative server of a name's zone says about it.</summary>
/// <param name="Zone">The zone the name lives in after CNAMEs; null when it could not be found.</param>
/// <param name="Answers">One per server asked, silent ones included. Empty when the servers could not be found at all.</param>
/// <param name="Trouble">Why there are none, in plain words; null when there are.</param>
public sealed record AuthoritativeAnswers(DomainName? Zone, ImmutableArray<DnsAnswer> Answers, string? Trouble)
{
    public IEnumerable<DnsAnswer> Definite => Answers.Where(answer => answer.IsDefinite);
}
