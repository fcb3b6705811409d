using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Protocol.Spf;

namespace Namesake.Core.Identity.Authentication;

/// <summary>The TXT records of an answer that mean to be policies; a domain has others too. RFC 7208 §4.5</summary>
internal static class SpfPolicies
{
    public static ImmutableArray<string> Of(DnsAnswer answer) => [.. answer.Records.OfType<TextRecord>().Select(record => record.Text).Where(SpfRecord.IsSpf)];
}
