using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Firewall;

/// <summary>Reads one rule's expressions: conditions until something is done.</summary>
internal static class RuleReader
{
    public static void Read(JsonElement rule, JsonElement expressions, string chain, string scope, NamedSets sets, List<NatRule> rules)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{chain}, handle {RulesetReader.Number(rule, "handle")}");
        var conditions = ImmutableArray.CreateBuilder<NatCondition>();
        foreach (var expression in expressions.EnumerateArray())
        {
            if (!RulesetReader.Member(expression, out var kind, out var body))
                continue;
            if (kind == "match")
                conditions.Add(Condition(body, sets, scope));
            else if (kind is "limit" or "connlimit" or "quota" or "xt" && !IsTarget(body))
                conditions.Add(new NatCondition(NatSubject.Other, NatValues.None)); // only sometimes, or by another program's rule
            else if (Action(kind, body, sets, scope) is { } action)
            {
                rules.Add(new NatRule(place, conditions.ToImmutable(), action, Describe(action)));
                if (action is not NatAction.Nothing)
                    return;
            }
        }
    }

    private static NatCondition Condition(JsonElement match, NamedSets sets, string scope)
    {
        var (isNegated, isUnderstood) = RulesetReader.Text(match, "op") switch { "==" or "in" or "" => (false, true), "!=" => (true, true), _ => (false, false) };
        if (!isUnderstood || match.ValueKind != JsonValueKind.Object || !match.TryGetProperty("left", out var left) || !match.TryGetProperty("right", out var right)
            || SubjectOf(left) is not (not NatSubject.Other and var subject) || ValueReader.Read(right, sets, scope) is not { } values || !Suits(subject, values))
            return new NatCondition(NatSubject.Other, NatValues.None, isNegated);
        return new NatCondition(subject, values, isNegated);
    }

    private static NatSubject SubjectOf(JsonElement left)
    {
        if (!RulesetReader.Member(left, out var kind, out var body))
            return NatSubject.Other;
        return (kind, RulesetReader.Text(body, "protocol"), RulesetReader.Text(body, "field"), RulesetReader.Text(body, "key")) switch
        {
            ("payload", "ip" or "ip6", "saddr", _) => NatSubject.Source,
            ("payload", "ip" or "ip6", "daddr", _) => NatSubject.Destination,
            ("payload", "ip", "protocol", _) or ("payload", "ip6", "nexthdr", _) or ("meta", _, _, "l4proto") => NatSubject.Protocol,
            ("payload", "tcp" or "th", "dport", _) => NatSubject.DestinationPort,
            ("meta", _, _, "oifname" or "oif") => NatSubject.OutDevice,
            _ => NatSubject.Other,
        };
    }

    // "ip protocol 6", "tcp dport smtp", "oif 2": other spellings than ours can't be judged, and must not pass for what is never met.
    private static bool Suits(NatSubject subject, NatValues values) => subject switch
    {
        NatSubject.Source or NatSubject.Destination => values.Words.IsEmpty && values.Numbers.IsEmpty,
        NatSubject.DestinationPort => values.Words.IsEmpty && values.Spans.IsEmpty && values.Addresses.Count == 0,
        NatSubject.Protocol or NatSubject.OutDevice => values.Numbers.IsEmpty && values.Spans.IsEmpty && values.Addresses.Count == 0,
        _ => false,
    };

    private static NatAction? Action(string kind, JsonElement body, NamedSets sets, string scope) => kind switch
    {
        "masquerade" => new NatAction.Masquerade(),
        "snat" => Snat(body, sets, scope),
        "redirect" => new NatAction.Divert($"redirect to port {RulesetReader.Number(body, "port")}"),
        "dnat" or "tproxy" => new NatAction.Divert($"{kind} to {RulesetReader.Text(body, "addr")}"),
        "accept" or "drop" or "reject" or "queue" => new NatAction.End(),
        "return" => new NatAction.Return(),
        "jump" or "goto" => new NatAction.Jump(scope + RulesetReader.Text(body, "target"), Comes: kind == "jump"),
        "vmap" => new NatAction.Unclear("a map of verdicts"),
        "xt" => new NatAction.Unclear($"{RulesetReader.Text(body, "name")}, a rule of iptables"),
        _ => null, // counter, log, comment, mark …: the rule goes on
    };

    private static NatAction Snat(JsonElement body, NamedSets sets, string scope)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("addr", out var address))
            return new NatAction.Unclear("snat");
        if (ValueReader.Span(address) is { } to)
            return new NatAction.Snat(to);
        if (!RulesetReader.Member(address, out var kind, out var map) || kind != "map" || map.ValueKind != JsonValueKind.Object || !map.TryGetProperty("key", out var key)
            || SubjectOf(key) != NatSubject.Source || !map.TryGetProperty("data", out var data))
            return new NatAction.Unclear("snat by something else than the source");
        var byMap = data.ValueKind == JsonValueKind.String && data.GetString() is ['@', .. var name] ? sets.Map(scope + name)
            : data.ValueKind == JsonValueKind.Object && data.TryGetProperty("set", out var pairs) ? NamedSets.ReadMap(pairs) : null;
        return byMap is null ? new NatAction.Unclear("snat by a map that can't be read") : byMap;
    }

    private static bool IsTarget(JsonElement body) => RulesetReader.Text(body, "type") == "target";

    internal static string Describe(NatAction action) => action switch
    {
        NatAction.Masquerade => "masquerade",
        NatAction.Snat snat => $"snat to {snat.To}",
        NatAction.SnatByMap => "snat by a map",
        NatAction.Divert divert => divert.Text,
        NatAction.Unclear unclear => unclear.Text,
        NatAction.Jump jump => $"jump to {jump.Chain}",
        _ => "",
    };
}
