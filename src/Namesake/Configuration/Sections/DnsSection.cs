using System.Collections.Immutable;
using System.Net;
using Namesake.Configuration.Forms;
using Namesake.Network.Dns;

namespace Namesake.Configuration.Sections;

internal static class DnsSection
{
    private static readonly ResolverSettings Defaults = new();
    private static readonly Form<TimeSpan> Patience = Form.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30));

    public static readonly Key<TimeSpan> TryTimeout = Key.Optional("tryTimeout", Patience, Defaults.TryTimeout, "How long one try at a resolver waits.");
    public static readonly Key<TimeSpan> AuthoritativeTryTimeout = Key.Optional("authoritativeTryTimeout", Patience, Defaults.AuthoritativeTryTimeout, "How long one try at an authoritative server waits.");
    public static readonly Key<int> Tries = Key.Optional("tries", Form.WholeNumber(1, 10), Defaults.Tries, "Tries per server before the next one.");
    public static readonly Key<int> InFlight = Key.Optional("inFlight", Form.WholeNumber(1, 10_000), Defaults.InFlight, "Questions on the wire at once; more wait.");
    public static readonly Key<int> RememberedAnswers = Key.Optional("rememberedAnswers", Form.WholeNumber(1_000, 10_000_000), Defaults.RememberedAnswers, "Answers remembered, each by its TTL. 100,000 take about 50 MB at the most.");
    public static readonly Key<int> AuthoritativePort = Key.Optional("authoritativePort", Form.WholeNumber(1, 65_535), Defaults.AuthoritativePort, "Where authoritative servers listen. Another port than 53 serves tests and the laboratory only.");

    public static readonly Section Section = new("dns", "How DNS is asked, and what is remembered.", [TryTimeout, AuthoritativeTryTimeout, Tries, InFlight, RememberedAnswers, AuthoritativePort]);

    /// <param name="reader">Null when the file has no such section.</param>
    public static ResolverSettings Read(SectionReader? reader, ImmutableArray<IPEndPoint> resolvers) => (reader is null ? Defaults : Defaults with
    {
        TryTimeout = reader.Get(TryTimeout),
        AuthoritativeTryTimeout = reader.Get(AuthoritativeTryTimeout),
        Tries = reader.Get(Tries),
        InFlight = reader.Get(InFlight),
        RememberedAnswers = reader.Get(RememberedAnswers),
        AuthoritativePort = reader.Get(AuthoritativePort),
    }) with { Resolvers = resolvers };
}
