using System.Collections.Frozen;

namespace Namesake.Core.Receivers.Replies;

/// <summary>Host names that are block lists: their registrants' domains, and names made of the words such lists are called by. Data.</summary>
internal static class BlockListNames
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Domains = new[]
    {
        "spamhaus.org", "spamhaus.net", "spamcop.net", "barracudacentral.org", "sorbs.net", "uceprotect.net", "abuseat.org", "surbl.org", "uribl.com", "invaluement.com", "spamrats.com", "mailspike.net", "mailspike.org",
        "psbl.org", "surriel.com", "senderscore.com", "abusix.zone", "abusix.com", "junkemailfilter.com", "0spam.org", "blocklist.de", "dronebl.org", "manitu.net", "backscatterer.org", "gbudb.net", "spfbl.net",
        "nordspam.com", "woody.ch", "kempt.net", "s5h.net", "mailblacklist.com", "spameatingmonkey.net", "lashback.com", "ivmsip.com", "cloudmark.com", "trendmicro.com", "njabl.org", "ahbl.org", "dsbl.org", "wpbl.info",
        "truncate.gbudb.net", "imp.ch", "0spam.fusionzero.com", "interserver.net", "swinog.ch", "rfc-ignorant.org", "rfc-clueless.org", "spamsources.fabel.dk", "blackholes.mail-abuse.org", "mail-abuse.org", "mail-abuse.com", "antispam.or.id",
    }.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Labels =
        new[] { "dnsbl", "rbl", "bl", "zen", "xbl", "sbl", "pbl", "css", "rhsbl", "blacklist", "blocklist", "dnsrbl", "uribl", "surbl", "blackholes", "badconf", "dnsbl-1", "dnsbl-2", "dnsbl-3" }
            .ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Has(ReadOnlySpan<char> name)
    {
        Span<char> buffer = stackalloc char[253];
        if (name.Length > buffer.Length)
            return false;
        var lower = buffer[..name.ToLowerInvariant(buffer)];
        for (var tail = lower; tail.IndexOf('.') is >= 0 and var dot; tail = tail[(dot + 1)..])
            if (Labels.Contains(tail[..dot]) || Domains.Contains(tail))
                return true;
        return false;
    }
}
