using System.Net;
using System.Text;
using CsCheck;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Plans;

public sealed class PlanJsonTests
{
    private static readonly Gen<RecordSet> Set = Gen.Select(Gen.Int[0, int.MaxValue], Gen.String[Gen.Char['a', 'z'], 1, 20].HashSet[1, 4], (ttl, values) => RecordSet.Of(ttl, [.. values]));

    private static readonly Gen<TranslationTable> Table = Gen.Select(Gen.Byte.HashSet[0, 5], Gen.Int[0, 70_000], Gen.Bool, (locals, user, any) =>
        new TranslationTable([.. locals.Order().Select(local => new Mapping(new IPAddress(new byte[] { 10, 0, 0, local }), IPAddress.Parse("203.0.113.5")))]) { User = any ? null : user, Device = any ? "eth0" : null });

    private static readonly Gen<Change> Change = Gen.Select(Gen.Int[0, 2], Set, Set, Table, Gen.Bool, (kind, old, made, table, flag) => (Change)(kind switch
    {
        0 => PlanWorld.Record("acme.example", flag ? "acme.example" : "mail.acme.example", RecordType.Txt, flag && !old.Equals(made) ? old : null, made) with { IsForeign = flag, EarliestGreen = flag ? DateTimeOffset.UnixEpoch.AddTicks(1) : null },
        1 => new ZoneChange { By = "pdns", Reason = "no zone\nyet", Zone = DomainName.Parse("0/28.113.0.203.in-addr.arpa"), Servers = [DomainName.Parse("ns1.acme.example")], Removes = flag, Sources = [new SourceId("acme-v4")] },
        _ => new TranslationChange { By = "edge", Reason = "…", Old = null, New = table },
    }));

    private static readonly Gen<Plan> AnyPlan = Change.Array[0, 5].Array[0, 3].Select(steps => PlanWorld.WholePlan() with
    {
        Steps = [.. steps.Select((changes, index) => new PlanStep($"step {index}", [.. changes], index == 0))],
        Notes = [new PlanNote(PlanNoteKind.NoAuthority, "203.0.113.9", "not ours", "Dear holder,\n\nplease …") { Sources = [new SourceId("acme-v6")] }],
    });

    private static string Faults(string json) => string.Join('\n', PlanJson.Read(Encoding.UTF8.GetBytes(json)).Faults);

    private static string Changed(string what, string into)
    {
        var json = Encoding.UTF8.GetString(PlanJson.Write(PlanWorld.WholePlan()));
        Assert.Contains(what, json, StringComparison.Ordinal);
        return Faults(json.Replace(what, into, StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_is_the_same_after_it_was_written_and_read() => AnyPlan.Sample(plan =>
    {
        var written = PlanJson.Write(plan);
        var reading = PlanJson.Read(written);
        Assert.Empty(reading.Faults);
        Assert.Equal(written, PlanJson.Write(reading.Plan!));
        Assert.Equal(plan.Changes.Select(PlanText.Line), reading.Plan!.Changes.Select(PlanText.Line));
        Assert.Equal(PlanText.Of(plan), PlanText.Of(reading.Plan));
    }, iter: 500);

    [Fact]
    public void The_inverse_of_the_inverse_changes_the_same() => AnyPlan.Sample(plan =>
        Assert.Equal(plan.Changes.Select(PlanText.Line), (plan with { Steps = plan.Inverse() }).Inverse().SelectMany(step => step.Changes).Select(PlanText.Line)), iter: 200);

    [Fact]
    public void Every_fault_is_told_with_its_place()
    {
        var faults = Changed("\"ttl\": 300", "\"ttl\": -1, \"ttll\": 3").Split('\n');
        Assert.Contains("steps[0].changes[0].new: knows no \"ttll\"", faults);
        Assert.Contains(faults, fault => fault.StartsWith("steps[0].changes[0].new.ttl: must be a whole number from 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_version_is_refused_and_nothing_else_is_said() => Assert.Equal("version: must be a whole number from 1 to 1", Changed("\"version\": 1", "\"version\": 2, \"more\": 3").Split('\n')[^1]);

    [Theory]
    [InlineData("\"type\": \"A\"", "\"type\": \"SOA\"", "never changed")]
    [InlineData("\"name\": \"mail.acme.example\"", "\"name\": \"mail.other.example\"", "not in the zone")]
    [InlineData("\"10.0.0.5\"", "\"10.5\"", "no IP address")]
    [InlineData("\"mail.acme.example.\"", "\"mail.acme.example.\\nevil A 192.0.2.1\"", "control character")]
    [InlineData("\"by\": \"bind\"", "\"by\": \"../bind\"", "must be letters")]
    [InlineData("\"id\": \"dns-", "\"id\": \"../", "lower-case letters")]
    [InlineData("\"steps\"", "\"stepz\"", "steps: is missing")]
    [InlineData("\"old\": null", "\"old\": 3", "must be an object")]
    [InlineData("\"reason\": \"the", "\"reason\": \"\\ud800", "half a character")]
    [InlineData("\"node\": \"relay1\"", "\"node\": \"relay1\", \"node\": \"relay2\"", "is there twice")]
    public void What_could_do_harm_or_means_nothing_is_refused(string what, string into, string because) => Assert.Contains(because, Changed(what, into), StringComparison.Ordinal);

    [Fact]
    public void A_zones_own_servers_are_never_changed() =>
        Assert.Contains("never changed", string.Join('\n', PlanJson.Read(PlanJson.Write(PlanWorld.WholePlan() with
        {
            Steps = [new PlanStep("", [PlanWorld.Record("acme.example", "acme.example", RecordType.NS, RecordSet.Of(60, "ns1.acme.example."), null)], false)],
        })).Faults), StringComparison.Ordinal);

    [Fact]
    public void What_is_no_json_is_told_by_line_and_column() => Assert.Equal("line 2, column 3: is no JSON", Faults("{\n  x"));

    [Fact]
    public void Too_long_a_document_is_not_even_looked_at() => Assert.Contains("longer than", string.Join(' ', PlanJson.Read(new byte[PlanJson.MostBytes + 1]).Faults), StringComparison.Ordinal);

    [Fact]
    public void A_line_of_the_journal_is_the_same_after_it_was_written_and_read()
    {
        var plan = PlanWorld.WholePlan();
        var owned = PlanRegistry.Empty.After(plan.Changes, plan.Id, plan.MadeAt);
        var entry = new PlanEntry(plan.MadeAt, "ann@relay1", PlanEvent.Snapshot, "a server said\r\x1b[2J")
        {
            Changes = [0, 3],
            Until = new Deadline("boot", TimeSpan.FromSeconds(77), plan.MadeAt),
            Snapshot = new PlanSnapshot([new PresentState(0, RecordSet.Of(60, "203.0.113.9"), null, ""), new PresentState(3, null, new TranslationTable([]), "table inet\t{\n}")], owned),
            Seen = [new SeenIdentity(plan.Wanted[0], SeenVerdict.Agrees, SeenVerdict.NotSeen, ["it sees 203.0.113.5"])],
        };
        var written = PlanJournalJson.Write(entry);
        var read = PlanJournalJson.ReadEntry(written);
        Assert.NotNull(read);
        Assert.Equal(written, PlanJournalJson.Write(read));
        Assert.Equal("table inet\t{\n}", read.Snapshot!.Present[1].Text);
        Assert.DoesNotContain('\x1b', read.Text);
        Assert.Equal(3, read.Snapshot.Owned.Records.Length);
        Assert.Single(written, octet => octet == '\n');
    }

    [Fact]
    public void People_read_a_plan_as_a_difference()
    {
        var plan = PlanWorld.WholePlan() with { Notes = [new PlanNote(PlanNoteKind.NoAuthority, "203.0.113.9", "Its reverse zone is the provider's.", "Please set\n\n9 PTR mail.acme.example.")] };
        Assert.Equal("""
            Plan dns-20261126-081500-0001 (DNS), made 2026-11-26 08:15 UTC on relay1: 2 made, 2 changed

            Step 1: address records, then wait until every authoritative server shows them

              1. A mail.acme.example in acme.example, by bind
                 + 203.0.113.5 (TTL 300)
                 why: the name must lead to the address
                 ends: PT-01

              2. A old.acme.example in acme.example, by bind
                 - 203.0.113.9 (TTL 60)
                 + 203.0.113.5 (TTL 60)
                 why: the name must lead to the address
                 ends: PT-01

            Step 2: PTR records, then wait until every authoritative server shows them

              3. PTR 5.113.0.203.in-addr.arpa in 113.0.203.in-addr.arpa, by bind
                 - old.acme.example. (TTL 3600)
                 + mail.acme.example. (TTL 3600)
                 why: the name must lead to the address
                 ends: PT-01

            Step 3: translation

              4. translation of port 25 on edge
                 + 10.0.0.5 -> 203.0.113.5
                 why: 10.0.0.5 leaves under another address

            What the outside must see then
              10.0.0.5 as 203.0.113.5, mail.acme.example (acme-v4)

            Not ours to write: 203.0.113.9
              Its reverse zone is the provider's.
              | Please set
              |
              | 9 PTR mail.acme.example.

            """, PlanText.Of(plan), ignoreLineEndingDifferences: true);
    }
}
