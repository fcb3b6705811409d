using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Dns.Texts;

/// <summary>One of each: made, changed, removed; a name of RFC 2317, an address of both families.</summary>
internal static class WrittenPlan
{
    public static Plan Plan { get; } = new()
    {
        Id = PlanId.New(PlanKind.Dns, new DateTimeOffset(2026, 11, 26, 8, 15, 0, TimeSpan.Zero), 1),
        Kind = PlanKind.Dns,
        Node = "relay1",
        Limits = new PlanLimits(),
        MadeAt = new DateTimeOffset(2026, 11, 26, 8, 15, 0, TimeSpan.Zero),
        Steps =
        [
            new PlanStep("address records",
            [
                Change("acme.example", "mail.acme.example", RecordType.A, null, RecordSet.Of(3600, "203.0.113.5")),
                Change("acme.example", "mail.acme.example", RecordType.Aaaa, RecordSet.Of(3600, "2001:db8::4"), RecordSet.Of(3600, "2001:db8::4", "2001:db8::5")),
            ], true),
            new PlanStep("PTR records",
            [
                Change("0/28.113.0.203.in-addr.arpa", "5.0/28.113.0.203.in-addr.arpa", RecordType.Ptr, RecordSet.Of(300, "O'Brien.Host.Example."), RecordSet.Of(3600, "mail.acme.example.")),
                Change("0/28.113.0.203.in-addr.arpa", "6.0/28.113.0.203.in-addr.arpa", RecordType.Ptr, RecordSet.Of(3600, "old.acme.example."), null),
            ], true),
        ],
    };

    public static RecordChange Change(string zone, string name, RecordType type, RecordSet? old, RecordSet? made) => new()
    {
        By = "windows",
        Reason = $"a test of {type.ToString().ToUpperInvariant()}",
        Zone = DomainName.Parse(zone),
        Name = DomainName.Parse(name),
        Type = type,
        Old = old,
        New = made,
    };
}
