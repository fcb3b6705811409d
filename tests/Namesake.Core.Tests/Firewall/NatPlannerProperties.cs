using System.Globalization;
using CsCheck;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Plans;

namespace Namesake.Core.Tests.Firewall;

/// <summary>Whatever addresses, names and rules: applied, nothing is left to plan and each source is seen as it should be; undone, all is as before.</summary>
public sealed class NatPlannerProperties
{
    private static readonly Gen<NatWorld> World =
        from hosts in Gen.Int[1, 40].HashSet[1, 12]
        from seen in Gen.Int[1, 6].Array[41]
        from names in Gen.Int[0, 8].Array[7]
        from rules in Gen.Int[0, 5].Array[0, 4]
        from before in Gen.Int[1, 40].HashSet[0, 6]
        from exclusive in Gen.Bool
        from six in Gen.Bool
        select Make(hosts, seen, names, rules, before, exclusive, six);

    private static NatWorld Make(HashSet<int> hosts, int[] seen, int[] names, int[] rules, HashSet<int> before, bool exclusive, bool six)
    {
        var world = new NatWorld { Mode = exclusive ? SharingMode.Exclusive : SharingMode.Shared };
        foreach (var host in hosts)
        {
            var seenAs = Public(seen[host]);
            // One in nine addresses has two names: that is refused, and the rest is planned.
            var name = names[seen[host]] == 0 && host % 2 == 0 ? "mail.other.example" : $"mail{names[seen[host]]}.acme.example";
            world.Want(host % 10 == 0 ? seenAs : Local(host), seenAs, name, string.Create(CultureInfo.InvariantCulture, $"source{host}"));
        }

        if (six)
            world.Want("2001:db8::1", "2001:db8::1").Want("2001:db8::2", "2001:db8::3");
        foreach (var (index, rule) in rules.Index())
            _ = rule switch
            {
                0 => world.Masquerade(100),
                1 => world.Masquerade(110, perhaps: true),
                2 => world.Snat(95, Local(index + 1), Public(seen[index + 1])),
                3 => world.Snat(100, Local(index + 11), "198.51.100.1"),
                4 => world.Masquerade(80, perhaps: true),
                _ => world,
            };
        if (before.Count > 0)
            world.Ours = Tables.Of([.. before.Order().Select(host => $"{Local(host)} {Public(seen[host])}")]);
        return world;
    }

    [Fact]
    public void Applied_nothing_is_left_to_plan_and_undone_all_is_as_before() => World.Sample(world =>
    {
        var before = world.Ours;
        var plan = world.Plan();
        world.Apply(plan.Steps);
        var again = world.Plan().IsEmpty;
        world.Apply(plan.Inverse());
        return again && Equals(world.Ours, before);
    });

    [Fact]
    public void Applied_every_source_of_the_plan_is_seen_as_it_should_be_unless_a_note_names_who_is_before_it() => World.Sample(world =>
    {
        var plan = world.Plan();
        world.Apply(plan.Steps);
        return plan.Wanted.All(identity => identity.Public.Equals(world.Seen(identity.Local)) || plan.Notes.Any(note => note.About == identity.Local.ToString() && note.Text.Contains("EG-10", StringComparison.Ordinal)));
    });

    [Fact]
    public void No_two_names_share_an_address_and_what_is_not_planned_is_named() => World.Sample(world =>
    {
        var plan = world.Plan();
        return plan.Wanted.GroupBy(identity => identity.Public).All(same => same.Select(identity => identity.Ehlo).Distinct().Count() == 1 && (world.Mode == SharingMode.Shared || same.Select(identity => identity.Local).Distinct().Count() == 1))
            && world.Wanted.Except(plan.Wanted).All(left => left.Local.Equals(left.Public) && left.Local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
                || plan.Notes.Any(note => note.Kind == PlanNoteKind.Refused && note.Sources.Contains(left.Source!.Value)));
    });

    [Fact]
    public void A_plan_about_some_sources_changes_no_mapping_of_the_others() => World.Sample(world =>
    {
        var before = world.Ours?.Mappings ?? [];
        var some = world.Wanted.Where((_, index) => index % 2 == 0).ToHashSet();
        var plan = world.Plan(some.Contains);
        world.Apply(plan.Steps);
        var after = world.Ours?.Mappings ?? [];
        var concerned = some.Select(identity => identity.Local).ToHashSet();
        return before.Where(mapping => !concerned.Contains(mapping.Local)).SequenceEqual(after.Where(mapping => !concerned.Contains(mapping.Local)));
    });

    [Fact]
    public void A_plan_says_the_same_from_its_file() => World.Sample(world => PlanText.Of(world.Plan()) == PlanText.Of(PlanJson.Read(PlanJson.Write(world.Plan())).Plan!));

    private static string Local(int host) => string.Create(CultureInfo.InvariantCulture, $"10.0.0.{host}");

    private static string Public(int number) => string.Create(CultureInfo.InvariantCulture, $"203.0.113.{number}");
}
