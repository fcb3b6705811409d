using Namesake.Core.Pipeline.Submission;

namespace Namesake.Core.Tests.Pipeline.Submission;

public sealed class CrowdTests
{
    [Fact]
    public void A_million_names_of_one_group_leave_memory_bounded_and_the_others_and_the_heaviest_remembered()
    {
        var crowd = new Crowd<Weighed>(10_000, member => member.Weight);
        Of(crowd, "big", "heavy").Weight = 400;
        for (var i = 0; i < 100; i++)
            Of(crowd, "small", $"quiet{i}");

        for (var i = 0; i < 1_000_000; i++)
        {
            Of(crowd, "big", $"flood{i}");
            Assert.True(crowd.Count <= 10_000);
        }

        Assert.Equal(400, crowd.Find("heavy")?.Weight);
        Assert.All(Enumerable.Range(0, 100), i => Assert.NotNull(crowd.Find($"quiet{i}")));
        Assert.Equal(crowd.Count, crowd.All.Count());
    }

    [Fact]
    public void Two_groups_that_flood_share_what_there_is_and_a_third_that_has_less_gives_nothing()
    {
        var crowd = new Crowd<Weighed>(1_000, member => member.Weight);
        for (var i = 0; i < 200; i++)
            Of(crowd, "c", $"c{i}");

        for (var i = 0; i < 20_000; i++)
        {
            Of(crowd, "a", $"a{i}");
            if (i % 2 == 0)
                Of(crowd, "b", $"b{i}");
        }

        Assert.Equal(200, crowd.All.Count(member => member.Group == "c"));
        Assert.InRange(crowd.All.Count(member => member.Group == "b"), 300, 500);
    }

    private static Weighed Of(Crowd<Weighed> crowd, string group, string name) => crowd.Of(group, name, static (_, group) => new Weighed(group), group);

    private sealed class Weighed(string group)
    {
        public string Group => group;

        public long Weight { get; set; } = 1;
    }
}
