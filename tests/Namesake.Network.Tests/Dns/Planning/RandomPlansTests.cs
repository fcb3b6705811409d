using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Planning;

/// <summary>Whatever addresses and names are wanted and whatever others have written, on a real BIND: applied, nothing is left to plan; undone, all zones are as before; what is others' is never touched without consent.</summary>
public sealed class RandomPlansTests
{
    private const int Seed = 20261126, Plans = 16;

    private const string OneSource = """
        brands: [ { id: acme, senderDomains: [acme.example], sources: [acme-v4] } ]
        sources: [ { id: acme-v4, localAddress: 10.0.0.5, publicAddress: 203.0.113.5, ehlo: mail.acme.example } ]
        """;

    private readonly List<RecordChange> _written = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Applied_nothing_is_left_to_plan_and_undone_all_zones_are_as_before()
    {
        await using var scene = await BindPlanScene.StartAsync();
        for (var number = 0; number < Plans; number++)
        {
            var seed = Seed + number;
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"plan {number}, seed {seed}"));
            await OneAsync(scene, new Random(seed), $"plan {number}, seed {seed}");
        }
        Assert.Equal(BindPlanScene.Zones.Order(StringComparer.Ordinal), _written.Select(change => change.Zone.Value).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(_written, change => change.IsForeign);
        Assert.True(_written.Count(change => !change.IsForeign) > Plans);
    }

    private async Task OneAsync(BindPlanScene scene, Random random, string which)
    {
        var (wanted, foreign) = World(random);
        foreach (var record in foreign)
            Assert.IsType<WriteResult.Done>(await scene.Somebody.WriteAsync(record.Zone, [record], Stop));
        var before = await scene.ContentAsync();
        using (var workshop = scene.Workshop(which.Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-'), OneSource))
        {
            var consent = random.Next(2) == 0;
            var runner = BindPlanScene.Runner(workshop, wanted);
            var applied = new Stack<PlanId>();
            // A PTR record whose name leads elsewhere comes when somebody has agreed to the name: with the second plan.
            for (var round = 0; round < 3; round++)
            {
                var plan = await PlanAsync(workshop, wanted);
                if (!consent)
                    plan = plan.WithoutForeign();
                if (plan.IsEmpty)
                    break;
                var outcome = await runner.ApplyAsync(plan, new ApplyWish(ReplaceForeign: consent), null, Stop);
                Assert.True(outcome.End == PlanEnd.Applied, $"{which}: {outcome.End}: {outcome.Text}");
                applied.Push(plan.Id);
                _written.AddRange(plan.Changes.OfType<RecordChange>());
            }

            var last = await PlanAsync(workshop, wanted);
            var after = await scene.ContentAsync();
            if (consent)
                Assert.True(last.IsComplete, $"{which}: {PlanText.Of(last)}");
            else
            {
                Assert.True(last.Changes.All(change => change.IsForeign), $"{which}: {PlanText.Of(last)}");
                Assert.Empty(Theirs(before).Except(after.Split('\n')));
            }
            foreach (var record in new[] { "Gateway.Foreign.Example.", "Other.Foreign.Example.", "six.foreign.example.", "198.51.100.81" })
                Assert.Contains(record, after, StringComparison.Ordinal);

            foreach (var id in applied)
            {
                var undone = await runner.UndoAsync(id, null, Stop);
                Assert.True(undone.End == PlanEnd.Undone, $"{which}: {undone.End}: {undone.Text}");
            }
            Assert.True(await scene.ContentAsync() is var content && content == before, $"{which}:\n{before}\n---\n{content}");
        }
        foreach (var record in foreign)
            Assert.IsType<WriteResult.Done>(await scene.Somebody.WriteAsync(record.Zone, [(RecordChange)record.Inverse()], Stop));
    }

    private static IEnumerable<string> Theirs(string content) => content.Split('\n').Where(line => line.Contains("foreign.host.example", StringComparison.Ordinal) || line.Contains("198.51.100", StringComparison.Ordinal) || line.Contains("2001:db8:ffff::80", StringComparison.Ordinal));

    private static Task<Plan> PlanAsync(PlanWorkshop workshop, ImmutableArray<WantedIdentity> wanted) => new DnsPlanning(workshop, TimeProvider.System).MakeAsync(wanted, [], new PlanLimits(), null, Stop);

    /// <summary>Up to eight addresses of both families, half of the IPv4 ones in the classless /29, under up to five names, and what others have written where ours is to be.</summary>
    private static (ImmutableArray<WantedIdentity> Wanted, ImmutableArray<RecordChange> Foreign) World(Random random)
    {
        var wanted = ImmutableArray.CreateBuilder<WantedIdentity>();
        var foreign = new Dictionary<(string Name, RecordType Type), RecordChange>();
        foreach (var host in Enumerable.Range(0, 15).Where(host => host != 7).OrderBy(_ => random.Next()).Take(random.Next(1, 6)))
            Place($"203.0.113.{host.ToString(CultureInfo.InvariantCulture)}", host < 8 ? BindPlanScene.Child : BindPlanScene.Parent, $"{host.ToString(CultureInfo.InvariantCulture)}.{(host < 8 ? BindPlanScene.Child : BindPlanScene.Parent)}", RecordType.A);
        foreach (var host in Enumerable.Range(1, 15).OrderBy(_ => random.Next()).Take(random.Next(0, 4)))
        {
            var address = $"2001:db8::{host.ToString("x", CultureInfo.InvariantCulture)}";
            Place(address, BindPlanScene.Six, ReverseName.Of(IPAddress.Parse(address)).Value, RecordType.Aaaa);
        }
        return (wanted.ToImmutable(), [.. foreign.Values]);

        void Place(string address, string zone, string owner, RecordType type)
        {
            var number = random.Next(5);
            var (domain, label) = (number % 2 == 0 ? "acme.example" : "brave.example", $"mail{number.ToString(CultureInfo.InvariantCulture)}");
            var name = $"{label}.{domain}";
            wanted.Add(new WantedIdentity(null, IPAddress.Parse(address), IPAddress.Parse(address), HostName.Parse(name)));
            switch (random.Next(6))
            {
                case 1: Put(zone, owner, RecordType.Ptr, $"{name}."); break;
                case 2: Put(zone, owner, RecordType.Ptr, "foreign.host.example."); break;
                case 3: Put(domain, name, type, type == RecordType.A ? "198.51.100.82" : "2001:db8:ffff::80"); break;
                case 4: Put(zone, owner, RecordType.Ptr, "foreign.host.example.", $"{name}."); break;
                case 5: Put(domain, name, type, address); break;
                default: break;
            }
        }

        void Put(string zone, string name, RecordType type, params string[] values) =>
            foreign[(name, type)] = new RecordChange { By = "somebody", Reason = "a test", Zone = DomainName.Parse(zone), Name = DomainName.Parse(name), Type = type, New = RecordSet.Of(1800, values) };
    }
}
