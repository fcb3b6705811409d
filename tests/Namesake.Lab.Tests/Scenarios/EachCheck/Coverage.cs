using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Namesake.Tests.Shared;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>Each check of hosts, wire, translation, TLS, feedback and plans has a live row here, in which it fails and passes. Those of names and zones: the scenarios of Namesake.Network.Tests.</summary>
public sealed partial class Coverage
{
    /// <summary>What can't be played with the relay as a program, and where it is played instead, failing and passing.</summary>
    public static IReadOnlyDictionary<string, string> Elsewhere { get; } = new Dictionary<string, string>
    {
        // The relay binds, and says the right name, whatever is around it: a part of it has to be replaced by a faulty one, over real sockets.
        ["EG-02"] = "Namesake.Network.Tests/Egress/FaultyPartsTests",
        ["EH-01"] = "Namesake.Network.Tests/Egress/FaultyPartsTests",
        ["EH-14"] = "Namesake.Network.Tests/Egress/FaultyPartsTests",
        // A signed zone, a validating Unbound and a server with TLS, all real; the lab's zones are not signed.
        ["TL-04"] = "Namesake.Network.Tests/RealServers/DaneTests",
        // Whole relays that send, and their audits: what they read is their own output, reports given to them, and the database they share with another.
        ["AU-07"] = "Namesake.Tests/Api/OutputNamesTests",
        ["AU-11"] = "Namesake.Tests/Cli/ReportsVerbTests",
        ["FB-08"] = "Namesake.Tests/Database/RelayOnPostgresTests",
        // A mail echo on loopback; the relay dials port 25 only.
        ["RP-04"] = "Namesake.Core.Tests/Pipeline/Delivery/MailEchoTests",
        // Namespaces with nftables and connections through them.
        ["RP-05"] = "Namesake.Network.Tests/Egress/WayOutTests",
        // Judged by the clock alone, a day after the last green audit: from recorded observations.
        ["FB-07"] = "Namesake.Core.Tests/Identity/Consistency/ConsistencyTests",
    };

    /// <summary>Rows here that fail live, and pass from recorded observations only: thirty days can't be waited for.</summary>
    public static IReadOnlyDictionary<string, string> PassElsewhere { get; } = new Dictionary<string, string> { ["PT-12"] = "Namesake.Core.Tests/Identity/PointerChecksTests" };

    [Fact]
    public void Each_check_has_a_row()
    {
        Assert.Equal(Checks.Order(StringComparer.Ordinal), Rows.Select(row => row.Check).Concat(Elsewhere.Keys).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(Rows.Select(row => row.Check).Intersect(Elsewhere.Keys));
    }

    /// <summary>To write it anew: NAMESAKE_WRITE_DOCS=1 in the environment of this test.</summary>
    [Fact]
    public void The_table_of_which_row_shows_which_check_is_current()
    {
        var file = Path.Combine(Lab.LabRequirements.Root, "docs", "scenarios-hosts.md");
        if (Environment.GetEnvironmentVariable("NAMESAKE_WRITE_DOCS") == "1")
            File.WriteAllText(file, Table());
        Assert.Equal(Table(), File.ReadAllText(file));
    }

    private static string Table()
    {
        var text = new StringBuilder("""
            # Which row shows which check of hosts and plans

            <!-- Written by the lab's tests from their rows (tests/Namesake.Lab.Tests/Scenarios/EachCheck), not by hand: run them with NAMESAKE_WRITE_DOCS=1. -->

            Hosts in network namespaces with real relays, receivers, name servers and rules of nftables. Each row audits a sound source, breaks one thing, wants exactly the findings that must come of it and the verdict, mends
            it, and audits again. What can't be played with the relay as a program is played elsewhere, failing and passing. The checks that names show: [scenarios.md](scenarios.md). What they mean: [checks.md](checks.md).

            | check | fails when | shown by |
            |---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var check in Checks)
        {
            var rows = Rows.Where(row => row.Check == check).ToList();
            var when = rows.Count == 0 ? "see there" : string.Join("; ", rows.Select(row => Sentence(row.Name)));
            text.Append($"| {check} | {when} | {(rows.Count == 0 ? Elsewhere[check] : string.Join(", ", rows.Select(row => row.Type).Distinct()))}{(PassElsewhere.TryGetValue(check, out var passes) ? $"; passes in {passes}" : "")} |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Checks => LiveChecks.ByHosts.Concat(LiveChecks.ByPlans);

    private static string Sentence(string method) => EndOfSentence().Replace(method, "").Replace('_', ' ');

    [GeneratedRegex("_(is|are)_[A-Z0-9]{4}(_.*)?$")]
    private static partial Regex EndOfSentence();

    private static IReadOnlyList<(string Check, string Type, string Name)> Rows { get; } =
    [
        .. from type in typeof(Coverage).Assembly.GetTypes()
           where type.Namespace == typeof(Coverage).Namespace
           from method in type.GetMethods()
           from trait in method.GetCustomAttributes<TraitAttribute>()
           where trait.Name == "Check"
           orderby trait.Value, type.Name, method.Name
           select (trait.Value, type.Name, method.Name),
    ];

    [Fact]
    public void What_is_played_elsewhere_is_there() =>
        Assert.All(Elsewhere.Concat(PassElsewhere), place => Assert.Contains(place.Key, File.ReadAllText(Path.Combine(Lab.LabRequirements.Root, "tests", $"{place.Value}.cs")), StringComparison.Ordinal));
}
