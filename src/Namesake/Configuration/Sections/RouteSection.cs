using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Namesake.Configuration.Forms;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>Ways other than MX.</summary>
internal static class RouteSection
{
    private static readonly Form<DomainPattern> Pattern = new ParsedForm<DomainPattern>("a domain", TryPattern, "`*` every domain, `example.org`, `*.example.org` everything below it");

    public static readonly Key<ImmutableArray<Placed<DomainPattern>>> Domains = Key.Required("domains", Form.List(Pattern, "domains", least: 1), "Recipient domains that go this way.");
    public static readonly Key<HostAndPort> Via = Key.Required("via", Form.Via, "The host that takes them.");
    public static readonly Key<int> Connections = Key.Optional("connections", Form.WholeNumber(1, 10_000), 20, "Connections at once from one source to it.");
    public static readonly Key<RouteIdentity> Identity = Key.Optional("identity", Form.Words<RouteIdentity>(), RouteIdentity.Public,
        "What identity means there: `public` everything applies, the fence included; `delegated` a smart host that sends on under its own identity; `internal` our own or the customer's hosts.");

    public static readonly Section Section = new("routes[]",
        "Ways other than by MX. The first route that fits a recipient's domain is taken; mail for all other domains goes by MX.",
        [Domains, Via, Connections, Identity]);

    public static RouteDraft Read(SectionReader reader) =>
        new(reader.At, reader.Find(Domains)?.Value ?? [], reader.Find(Via), reader.Get(Connections), reader.Find(Identity));

    private static bool TryPattern(string text, [MaybeNullWhen(false)] out DomainPattern result, [NotNullWhen(false)] out string? error)
    {
        (result, error) = (null, null);
        var below = text.StartsWith("*.", StringComparison.Ordinal);
        if (text == "*")
            result = new DomainPattern(null, false);
        else if (DomainName.TryParse(below ? text[2..] : text, out var domain, out var why))
            result = new DomainPattern(domain, below);
        else
            error = text.Contains('*', StringComparison.Ordinal) ? "is no pattern: a star stands alone, or first as in *.example.org" : $"is no domain: {why}";
        return error is null;
    }
}
