using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Firewall;

/// <summary>Reads the words behind <c>-A CHAIN</c>: conditions, then what is done.</summary>
internal static class IptablesRule
{
    private static readonly NatCondition Unknown = new(NatSubject.Other, NatValues.None);

    public static NatRule Read(IReadOnlyList<string> words, string place, string scope, Func<string, bool> isChain)
    {
        var conditions = ImmutableArray.CreateBuilder<NatCondition>();
        NatAction action = new NatAction.Nothing();
        var isNegated = false;
        for (var at = 0; at < words.Count; at++)
        {
            var word = words[at];
            if (word == "!")
            {
                isNegated = true;
                continue;
            }
            var values = Values(words, at);
            at += values.Count;
            switch (word)
            {
                case "-j" or "--jump" or "-g" or "--goto" when values is [var target, ..]:
                    action = Action(target, words.Skip(at + 1).ToList(), scope, isChain, comes: word is "-j" or "--jump");
                    at = words.Count; // what follows belongs to the target
                    break;
                case "-m" or "--match" or "--comment":
                    break;
                default:
                    if (Condition(word, values, isNegated) is { } condition)
                        conditions.Add(condition);
                    break;
            }
            isNegated = false;
        }
        return new NatRule(place, conditions.ToImmutable(), action, RuleReader.Describe(action));
    }

    /// <summary>The words behind an option until the next one. A comment may look like an option, and addresses never do.</summary>
    private static List<string> Values(IReadOnlyList<string> words, int option)
    {
        var values = new List<string>();
        for (var at = option + 1; at < words.Count && ((words[option] == "--comment" && values.Count == 0) || (words[at] != "!" && !words[at].StartsWith('-'))); at++)
            values.Add(words[at]);
        return values;
    }

    /// <returns>Null: it always holds.</returns>
    private static NatCondition? Condition(string option, List<string> values, bool isNegated)
    {
        if (values is not [var value])
            return Unknown;
        switch (option)
        {
            case "-s" or "--source" or "-d" or "--destination" when Block(value) is { } span:
                return new NatCondition(option[1] == 's' || option == "--source" ? NatSubject.Source : NatSubject.Destination, Addresses(span), isNegated);
            case "--src-range" or "--dst-range" when Range(value, '-') is { } span:
                return new NatCondition(option == "--src-range" ? NatSubject.Source : NatSubject.Destination, Addresses(span), isNegated);
            case "-o" or "--out-interface":
                return new NatCondition(NatSubject.OutDevice, new NatValues { Words = [value.EndsWith('+') ? value[..^1] + "*" : value] }, isNegated);
            case "-p" or "--protocol":
                return value is "all" or "0" ? null : new NatCondition(NatSubject.Protocol, new NatValues { Words = [value switch { "6" => "tcp", "17" => "udp", _ => value }] }, isNegated);
            case "--dport" or "--dports" or "--destination-port" or "--destination-ports" when Ports(value) is { } ports:
                return new NatCondition(NatSubject.DestinationPort, new NatValues { Numbers = [.. ports] }, isNegated);
            default:
                return Unknown;
        }
    }

    private static NatAction Action(string target, List<string> options, string scope, Func<string, bool> isChain, bool comes) => target switch
    {
        _ when isChain(target) => new NatAction.Jump(scope + target, comes),
        "MASQUERADE" => new NatAction.Masquerade(),
        "SNAT" => Option(options, "--to-source") is { } to && Range(to.Split(':')[0], '-') is { } span ? new NatAction.Snat(span) : new NatAction.Unclear("SNAT, a rule of iptables"),
        "DNAT" => new NatAction.Divert($"dnat to {Option(options, "--to-destination")}"),
        "REDIRECT" => new NatAction.Divert($"redirect to port {Option(options, "--to-ports") ?? Option(options, "--to-port")}"),
        "ACCEPT" or "DROP" or "QUEUE" or "NFQUEUE" => new NatAction.End(),
        "RETURN" => new NatAction.Return(),
        "LOG" or "NFLOG" or "MARK" or "CONNMARK" or "SET" or "TRACE" or "AUDIT" => new NatAction.Nothing(),
        _ => new NatAction.Unclear($"{target}, a rule of iptables"),
    };

    private static string? Option(List<string> words, string name) => words.IndexOf(name) is >= 0 and var at && at + 1 < words.Count ? words[at + 1] : null;

    private static NatValues Addresses(AddressSpan span) => span.IsSingle ? new NatValues { Addresses = [span.First] } : new NatValues { Spans = [span] };

    /// <summary>An address, or one with the length of its prefix. Masks with gaps aren't read.</summary>
    private static AddressSpan? Block(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? value : value[..slash], out var address))
            return null;
        if (slash < 0)
            return AddressSpan.Of(address);
        return int.TryParse(value.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= ValueReader.Width(address) ? ValueReader.Block(address, length) : null;
    }

    private static AddressSpan? Range(string value, char between)
    {
        var ends = value.Split(between);
        return ends.Length <= 2 && IPAddress.TryParse(ends[0], out var first) && IPAddress.TryParse(ends[^1], out var last) && first.AddressFamily == last.AddressFamily ? new AddressSpan(first, last) : null;
    }

    /// <summary>"25", "1:1024", "25,465,587".</summary>
    private static List<(int, int)>? Ports(string value)
    {
        var ports = new List<(int, int)>();
        foreach (var part in value.Split(','))
        {
            var ends = part.Split(':');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
                return null;
            ports.Add((first, last));
        }
        return ports;
    }
}
