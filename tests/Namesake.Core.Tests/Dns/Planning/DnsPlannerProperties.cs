using System.Globalization;
using CsCheck;
using Namesake.Core.Dns;
using Namesake.Core.Plans;

namespace Namesake.Core.Tests.Dns.Planning;

/// <summary>Whatever addresses, names and zones: applied, nothing is left to plan; undone, all is as before; what others wrote is never touched without consent.</summary>
public sealed class DnsPlannerProperties
{
    private static readonly Gen<PlannedWorld> World =
        from addresses in Gen.Int[0, 15].HashSet[1, 12]
        from sixes in Gen.Int[0, 15].HashSet[0, 6]
        from names in Gen.Int[0, 4].Array[24]
        from present in Gen.Int[0, 5].Array[24]
        from style in Gen.Int[0, 6]
        from six in Gen.Bool
        select Make(addresses, sixes, names, present, style, six);

    private static PlannedWorld Make(HashSet<int> addresses, HashSet<int> sixes, int[] names, int[] present, int style, bool sixIsOurs)
    {
        var world = new PlannedWorld();
        const string Parent = "113.0.203.in-addr.arpa";
        // The block's reverse: in the /24 itself; a /28 or two /29 by RFC 2317, in several spellings, or by RFC 4183; in a forward zone; half of it classless, half not.
        string ChildOf(int host) => style switch
        {
            1 => $"0/28.{Parent}",
            2 => $"0-15.{Parent}",
            3 => "rev.brave.example",
            4 => $"{(host < 8 ? "0/29" : "8/29")}.{Parent}",
            5 => $"{(host < 8 ? "0-29" : "8-29")}.{Parent}",
            6 => host < 8 ? Parent : $"8-15.{Parent}",
            _ => Parent,
        };
        var children = new[] { 0, 8 }.Select(ChildOf).Distinct().Where(child => child != Parent).ToArray();
        world.Zones.UnionWith(children);
        world.Zones.Add("8.b.d.0.1.0.0.2.ip6.arpa");
        world.Providers.Add(PlannedWorld.Provider("child", children));
        if (sixIsOurs)
            world.Providers.Add(PlannedWorld.Provider("six", "8.b.d.0.1.0.0.2.ip6.arpa"));
        foreach (var host in addresses)
        {
            var owner = string.Create(CultureInfo.InvariantCulture, $"{host}.{ChildOf(host)}");
            if (ChildOf(host) != Parent)
                world.Alias(string.Create(CultureInfo.InvariantCulture, $"{host}.{Parent}"), owner);
            Place(string.Create(CultureInfo.InvariantCulture, $"203.0.113.{host}"), names[host], owner, present[host], RecordType.A);
        }

        foreach (var host in sixes)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"2001:db8::{host:x}");
            Place(address, names[host + 8], Namesake.Protocol.Addresses.ReverseName.Of(System.Net.IPAddress.Parse(address)).Value, present[host + 8], RecordType.Aaaa);
        }

        return world;

        void Place(string address, int number, string owner, int before, RecordType type)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"mail{number}.{(number % 2 == 0 ? "acme" : "brave")}.example");
            world.Want(address, name);
            if (before is 1 or 2)
                world.Set(owner, RecordType.Ptr, before == 1 ? $"{name}." : "foreign.host.example.");
            if (before == 3)
                world.Set(name, type, type == RecordType.A ? "198.51.100.80" : "2001:db8:ffff::80");
            if (before == 4)
                world.Set(owner, RecordType.Ptr, "foreign.host.example.", $"{name}.");
        }
    }

    [Fact]
    public void Applied_with_consent_nothing_is_left_to_plan_and_undone_all_is_as_before() => World.Sample(world =>
    {
        var before = world.Content;
        var plans = new Stack<Plan>();
        // A PTR record whose name leads elsewhere comes when somebody has agreed to the name: with the second plan.
        for (var round = 0; round < 3 && world.Plan() is { IsEmpty: false } plan; round++)
        {
            world.Apply(plan.Steps, consent: true);
            plans.Push(plan);
        }

        var last = world.Plan();
        var empty = last.IsEmpty && last.Notes.Where(note => note.LeavesUndone).All(note => note.Kind == PlanNoteKind.NoAuthority);
        foreach (var plan in plans)
            world.Apply(plan.Inverse(), consent: true, undo: true);
        return empty && world.Content == before;
    });

    [Fact]
    public void Without_consent_no_foreign_record_is_touched_and_the_way_back_is_the_whole_way() => World.Sample(world =>
    {
        var before = world.Content;
        var plan = world.Plan();
        var ours = plan with { Steps = [.. plan.Steps.Select(step => step with { Changes = [.. step.Changes.Where(change => !change.IsForeign)] })] };
        world.Apply(ours.Steps);
        var kept = before.Split('\n').Where(line => line.Contains("foreign.host", StringComparison.Ordinal) || line.Contains("198.51.100.80", StringComparison.Ordinal)).All(line => world.Content.Contains(line, StringComparison.Ordinal));
        var again = world.Plan().Changes.All(change => change.IsForeign);
        world.Apply(ours.Inverse(), undo: true);
        return kept && again && world.Content == before;
    });

    [Fact]
    public void Every_address_has_one_PTR_record_in_a_plan_at_most() => World.Sample(world =>
        world.Plan().Changes.OfType<RecordChange>().Where(change => change.Type == RecordType.Ptr).GroupBy(change => change.Name).All(changes => changes.Count() == 1 && changes.Single().New!.Values.Length == 1));
}
