using Namesake.Lab.Tests.Lab.Hosts;
using Namesake.Lab.Tests.Lab.Names;

namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>A scenario with plans: the verbs an operator types on the host, with the relay running or not.</summary>
public abstract class PlanTest(LabFixture lab) : RelayTest(lab)
{
    /// <summary>Where <see cref="PlanAsync"/> leaves the plan.</summary>
    protected string PlanFile => Path.Combine(Relay.Folder, "plan.json");

    /// <summary>The zones of the brands and of their addresses, in the hands of the primary name server.</summary>
    /// <param name="zones">As in the configuration; null: all of them.</param>
    protected string Provider(string? secret = null, string key = "lab", string? zones = null, string times = "undoAfter: 30s, seenWithin: 20s")
    {
        var file = Path.Combine(Lab.Relay.Folder, $"tsig-{Guid.NewGuid():N}");
        File.WriteAllText(file, secret ?? Lab.Authority.Key);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        zones ??= string.Join(", ", new[] { "113.0.203.in-addr.arpa", LabZones.Shared, "8.b.d.0.1.0.0.2.ip6.arpa" }.Concat(LabBrand.All.Select(brand => brand.Domain)).Select(zone => $"\"{zone}\""));
        return $$"""
            dnsProviders:
              - { id: bind, kind: rfc2136, server: "{{LabPlan.Names}}:53", zones: [{{zones}}], key: { name: {{key}}, algorithm: hmac-sha256, secretFile: "{{file}}" } }
            plans: { {{times}} }

            """;
    }

    /// <summary>Runs a verb; what it says stands in the test's output.</summary>
    protected async Task<ProgramResult> TypeAsync(params string[] verb)
    {
        var said = await Relay.AskAsync(verb);
        TestContext.Current.TestOutputHelper?.WriteLine($"$ namesake {string.Join(' ', verb)}\n{said.Output}\n({said.ExitCode})\n");
        return said;
    }

    /// <summary>Runs a verb, and wants this exit code.</summary>
    protected async Task<string> TypeAsync(int code, params string[] verb)
    {
        var said = await TypeAsync(verb);
        Assert.True(said.ExitCode == code, $"namesake {string.Join(' ', verb)} ended with {said.ExitCode} and not {code}:\n{said.Output}\n{(Relay.IsStarted ? Relay.Log : "")}");
        return said.Output;
    }

    /// <summary>Makes a plan with something in it.</summary>
    protected async Task<PlanSeen> PlanAsync(params string[] verb)
    {
        var said = await TypeAsync([.. verb, "-o", PlanFile]);
        Assert.True(said.ExitCode is 1 or 2, said.Output);
        return PlanSeen.Read(PlanFile);
    }

    protected Task<string> ApplyAsync(params string[] more) => TypeAsync(0, ["apply", PlanFile, "--yes", .. more]);

    protected Task<string> UndoAsync(PlanSeen plan) => TypeAsync(0, "undo", plan.Id, "--yes");

    /// <summary>The plan's state as <c>plans</c> tells it.</summary>
    protected async Task<string> StateOfAsync(PlanSeen plan)
    {
        var said = await Relay.AskAsync("plans", "--json");
        var list = said.Output[said.Output.IndexOf('[', StringComparison.Ordinal)..];
        using var document = System.Text.Json.JsonDocument.Parse(list);
        return document.RootElement.EnumerateArray().Single(each => each.GetProperty("id").GetString() == plan.Id).GetProperty("state").GetString()!;
    }

    /// <summary>The lines of a plan's journal, as they lie on the disk.</summary>
    protected IReadOnlyList<string> JournalOf(PlanSeen plan)
    {
        var file = Path.Combine(Relay.Data, "plans", plan.Id, "journal.jsonl");
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }
}
