using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Probes;

/// <summary>What an answer of a DNS list means (RP-03). Codes are addresses of 127.0.0.0/8 (RFC 5782 §2.1); some of them say that no answer is given.</summary>
internal static class ListReading
{
    private const int LongestReason = 300;

    public static (ListState State, ImmutableArray<ListEntry> Entries, string Words) Of(DnsList list, DnsAnswer answer)
    {
        if (!answer.IsDefinite)
            return (ListState.Silent, [], $"{list.Title} gave no answer: {Words(answer.Outcome)} ({answer.Server})");
        var codes = answer.Addresses.Distinct().Take(20).ToList();
        if (codes.Count == 0)
            return (ListState.NotListed, [], $"not on {list.Title}");
        if (codes.Find(code => !IsCode(code)) is { } stray)
            return (ListState.Broken, [], $"{list.Title} answers {stray}, which is no code of a list: it has been given up, or somebody answers in its place");
        foreach (var code in codes)
            if (Refusal(list, code) is { } why)
                return (ListState.Refused, [], $"{list.Title} refused: {why} ({code})");
        var entries = codes.SelectMany(list.Meanings).Distinct().ToImmutableArray();
        return (ListState.Listed, entries, $"on {list.Title}: {string.Join("; ", entries.Select(entry => $"{entry.Meaning} ({entry.Code})"))}");
    }

    /// <summary>Every string of every TXT record on one line, shortened, without control characters.</summary>
    public static string Reason(DnsAnswer answer)
    {
        var text = string.Join(" / ", answer.Records.OfType<TextRecord>().Take(5).Select(record => record.Text.Length > LongestReason ? record.Text[..LongestReason] : record.Text));
        return string.Concat(text.Take(LongestReason).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }

    private static bool IsCode(IPAddress code) => code.AddressFamily == AddressFamily.InterNetwork && code.GetAddressBytes()[0] == 127;

    /// <summary>Why a code is no listing; null when it is one.</summary>
    private static string? Refusal(DnsList list, IPAddress code)
    {
        var octets = code.GetAddressBytes();
        if (octets is [127, 255, 255, var reason])
            return reason switch
            {
                252 => "the list's name is misspelt",
                254 => "you ask through a public resolver, or one without a name of its own: ask through your own resolver",
                255 => "too many questions from your resolver: use the operator's paid service",
                _ => "the list doesn't serve you",
            };
        // What some lists of domains answer to those they don't serve. None uses it as a code: a resolver's filter answers the same.
        if (octets is [127, 0, 0, 1])
            return "the list doesn't serve you, mostly because you ask through a public resolver";
        return list.Kind == ListKind.Domain && octets is [127, 0, 1, 255] ? "an address was asked for in a list of domains" : null;
    }

    private static string Words(DnsOutcome outcome) => outcome switch
    {
        DnsOutcome.TimedOut => "time-out",
        DnsOutcome.ServerFailure => "SERVFAIL",
        DnsOutcome.Refused => "REFUSED",
        DnsOutcome.Lame => "its servers are lame",
        DnsOutcome.Unreachable => "not reachable",
        _ => "unintelligible",
    };
}
