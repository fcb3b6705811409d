using System.Reflection;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>Each check of hosts, wire, translation, TLS and feedback has a live row here, in which it fails and passes. Those of names and zones: the scenarios of Namesake.Network.Tests.</summary>
public sealed class Coverage
{
    /// <summary>The checks that are this suite's.</summary>
    public static IReadOnlyList<string> Checks { get; } =
    [
        "EG-01", "EG-02", "EG-03", "EG-04", "EG-05", "EG-06", "EG-07", "EG-08", "EG-09", "EG-10", "EG-11", "EG-12", "EG-13",
        "EH-01", "EH-08", "EH-10", "EH-14", "PT-12", "AU-09", "AU-10", "TL-01", "TL-02", "TL-03", "TL-04", "TL-05", "TL-06", "V6-01", "V6-02", "V6-06",
        "FB-01", "FB-02", "FB-03", "FB-04", "FB-05", "FB-07", "FB-09", "FB-10",
    ];

    /// <summary>What can't be played with the relay as a program, and where it is played instead, failing and passing.</summary>
    public static IReadOnlyDictionary<string, string> Elsewhere { get; } = new Dictionary<string, string>
    {
        // The relay binds, and says the right name, whatever is around it: a part of it has to be replaced by a faulty one, over real sockets.
        ["EG-02"] = "Namesake.Network.Tests/Egress/FaultyPartsTests",
        ["EH-01"] = "Namesake.Network.Tests/Egress/FaultyPartsTests",
        ["EH-14"] = "Namesake.Network.Tests/Egress/FaultyPartsTests",
        // A signed zone, a validating Unbound and a server with TLS, all real; the lab's zones are not signed.
        ["TL-04"] = "Namesake.Network.Tests/RealServers/DaneTests",
        // Judged by the clock alone, a day after the last green audit: from recorded observations.
        ["FB-07"] = "Namesake.Core.Tests/Identity/Consistency/ConsistencyTests",
    };

    /// <summary>Rows here that fail live, and pass from recorded observations only: thirty days can't be waited for.</summary>
    public static IReadOnlyDictionary<string, string> PassElsewhere { get; } = new Dictionary<string, string> { ["PT-12"] = "Namesake.Core.Tests/Identity/PointerChecksTests" };

    [Fact]
    public void Each_check_has_a_row()
    {
        var rows = typeof(Coverage).Assembly.GetTypes().Where(type => type.Namespace == typeof(Coverage).Namespace).SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<TraitAttribute>()).Where(trait => trait.Name == "Check").Select(trait => trait.Value).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(Checks.Order(StringComparer.Ordinal), rows.Concat(Elsewhere.Keys).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(rows.Intersect(Elsewhere.Keys));
    }

    [Fact]
    public void What_is_played_elsewhere_is_there() =>
        Assert.All(Elsewhere.Concat(PassElsewhere), place => Assert.Contains(place.Key, File.ReadAllText(Path.Combine(Lab.LabRequirements.Root, "tests", $"{place.Value}.cs")), StringComparison.Ordinal));
}
