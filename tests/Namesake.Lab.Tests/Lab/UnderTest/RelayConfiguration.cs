using System.Text;

namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>The relay's configuration in the lab: each brand with its source behind the router's translation, and what takes minutes in production takes seconds.</summary>
public sealed record RelayConfiguration
{
    /// <summary>Where clients submit.</summary>
    public const int Port = 2525;

    /// <summary>Where clients must log in.</summary>
    public const int AuthPort = 2587;

    public IReadOnlyList<LabBrand> Brands { get; init; } = LabBrand.All;

    /// <summary>Gives each brand its IPv6 address as a second source.</summary>
    public bool WithV6 { get; init; }

    /// <summary>For the host that has public addresses itself: each brand's one source is its address there.</summary>
    public bool OnEdge { get; init; }

    /// <summary>More listeners, each with a comma before it: <c>, { address: … }</c>.</summary>
    public string MoreListeners { get; init; } = "";

    /// <summary>More keys of every source: <c>, attested: { … }</c>.</summary>
    public string SourceKeys { get; init; } = "";

    /// <summary>A reflector behind no translation. Without it a source behind the router can't be proven, but by a recipient's echo.</summary>
    public bool WithReflector { get; init; } = true;

    /// <summary>One more source, as a line of the file.</summary>
    public string? MoreSource { get; init; }

    /// <summary>More keys of the one listener, each with its comma: <c>, dsnToPeer: true</c>.</summary>
    public string ListenerKeys { get; init; } = "";

    /// <summary>More keys of every brand, likewise: <c>, foreignSenders: srs</c>.</summary>
    public string BrandKeys { get; init; } = "";

    /// <summary>Another listener that takes mail from those who log in only, for <see cref="AuthPort"/>.</summary>
    public bool WithAuth { get; init; }

    /// <summary>Waits after the first, second, … attempt.</summary>
    public string Retry { get; init; } = "[2s]";

    /// <summary>How long a session without work is kept; zero makes every lull a new connection, with its EHLO.</summary>
    public string Idle { get; init; } = "1s";

    /// <summary>How long the relay waits for its resolver once. The resolver itself waits up to a second for each server that is down, at each step from the root.</summary>
    public string TryTimeout { get; init; } = "1s";

    /// <summary>How often names and addresses are looked at, and how long doubt is borne.</summary>
    public string Identity { get; init; } = "shortestInterval: 1s, longestInterval: 2s, troubledInterval: 1s, confirmation: 2s, firstEchoInterval: 1s, longestEchoInterval: 2s";

    /// <summary>Whole sections more: certificates, users, routes, submission, spool.</summary>
    public string More { get; init; } = "";

    /// <summary>Mail for these domains goes straight to an address, without asking DNS; everything about identity applies.</summary>
    public IReadOnlyList<LabReceiver> Routed { get; init; } = [];

    public string ToYaml(string data)
    {
        var text = new StringBuilder(
            $$"""
            node: lab-relay
            data: "{{data}}"
            listeners: [ { address: "127.0.0.1:{{Port}}", relayFrom: ["127.0.0.0/8"]{{ListenerKeys}} }{{(WithAuth ? $", {{ address: \"127.0.0.1:{AuthPort}\" }}" : "")}}{{MoreListeners}} ]
            api: { address: "127.0.0.1:8025" }
            resolvers: ["{{LabPlan.Resolver}}:53"]
            treatAsPublic: [203.0.113.0/24, 198.51.100.0/24, 192.0.2.0/24, "2001:db8::/32"]
            dns: { tryTimeout: {{TryTimeout}}, authoritativeTryTimeout: 1s }
            identity: { {{Identity}} }
            delivery: { retry: {{Retry}}, retryJitterPercent: 0, timeouts: { connect: 10s, idle: {{Idle}} } }

            """);
        if (WithReflector)
        {
            Line(text, $"witnesses: [ {{ host: {LabReceivers.Reflector.Host}, reflector: true }} ]");
        }

        Line(text, "brands:");
        foreach (var brand in Brands)
        {
            Line(text, $"  - {{ id: {brand.Id}, senderDomains: [{brand.Domain}], sources: [{(OnEdge ? $"{brand.Id}-edge" : $"{brand.Id}-v4")}{(WithV6 ? $", {brand.Id}-v6" : "")}]{BrandKeys} }}");
        }

        Line(text, "sources:");
        foreach (var brand in Brands)
        {
            Line(text, OnEdge
                ? $"  - {{ id: {brand.Id}-edge, localAddress: {brand.Edge}, publicAddress: {brand.Edge}, ehlo: {brand.EdgeEhlo}{SourceKeys} }}"
                : $"  - {{ id: {brand.Id}-v4, localAddress: {brand.Local}, publicAddress: {brand.Public}, ehlo: {brand.Ehlo}{SourceKeys} }}");
            if (WithV6)
            {
                Line(text, $"  - {{ id: {brand.Id}-v6, localAddress: \"{brand.V6}\", publicAddress: \"{brand.V6}\", ehlo: {brand.Ehlo} }}");
            }
        }

        if (MoreSource is not null)
        {
            Line(text, $"  - {MoreSource}");
        }

        if (Routed.Count > 0)
        {
            Line(text, "routes:");
            foreach (var receiver in Routed)
            {
                Line(text, $"  - {{ domains: [{receiver.Domain}], via: \"{receiver.Address}:25\" }}");
            }
        }

        return text.Append(More).ToString();
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
