using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Hosts;
using Namesake.Lab.Tests.Lab.Receivers;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

[CollectionDefinition(nameof(SoundRelays))]
public sealed class SoundRelaysCollection : ICollectionFixture<SoundRelays>;

/// <summary>Two relays in order for all rows that leave no memory in them: one behind the router's translation, one on the host with public addresses. Their witnesses are a real
/// <c>namesake reflect</c> outside, with its control port, and a receiver that echoes.</summary>
public sealed class SoundRelays(LabFixture lab) : IAsyncLifetime
{
    /// <summary>Where the reflector can be reached when port 25 can't.</summary>
    public const int ControlPort = 2525;

    private HostProgram? _reflector;

    /// <summary>Signs what the edge's relay trusts, and nobody else.</summary>
    public CertificateAuthority Authority { get; } = new();

    public RelayUnderTest Behind { get; private set; } = null!;

    public RelayUnderTest OnEdge { get; private set; } = null!;

    private static string Witnesses =>
        $"witnesses: [ {{ host: {LabPlan.WatchtowerName}, reflector: true, controlPort: {ControlPort} }}, {{ host: {LabReceivers.Echo.Host} }}, {{ host: mx6.{LabReceivers.Echo.Domain} }} ]\n";

    public async ValueTask InitializeAsync()
    {
        if (LabRequirements.Missing is not null)
        {
            return;
        }

        await lab.ResetAsync();
        var tower = await lab.WatchtowerAsync();
        var v6 = LabPlan.V6Of(LabPlan.Watchtower);
        _reflector = tower.Start("dotnet", LabRequirements.Relay, "reflect", "--name", LabPlan.WatchtowerName, "--rate", "100000", "--resolver", $"{LabPlan.OutsideResolver}:53",
            "--listen", $"{LabPlan.Watchtower}:25", "--listen", $"{LabPlan.Watchtower}:{ControlPort}", "--listen", $"[{v6}]:25");
        Behind = await RelayUnderTest.PrepareAsync(lab.Relay, "each-behind", new RelayConfiguration { WithReflector = false, WithV6 = true, More = Witnesses });
        var roots = Path.Combine(lab.Edge.Folder, "roots.pem");
        await File.WriteAllTextAsync(roots, Authority.Root);
        OnEdge = await RelayUnderTest.PrepareAsync(lab.Edge, "each-edge", new RelayConfiguration { WithReflector = false, OnEdge = true, More = Witnesses }, new Dictionary<string, string> { ["SSL_CERT_FILE"] = roots });
        await Task.WhenAll(
            Eventually.TrueAsync("the reflector listens", () => _reflector.Output.Contains("Reflecting on", StringComparison.Ordinal), TimeSpan.FromSeconds(90), () => _reflector.Tail()),
            Behind.StartAsync(),
            OnEdge.StartAsync());
        foreach (var relay in new[] { Behind, OnEdge })
        {
            await Eventually.GetAsync(
                "every source is aligned",
                async () => string.Join("; ", (await relay.Api.SourcesAsync()).Select(source => $"{source.Id} {source.Verdict} {source.Hold?.Text}")),
                answer => answer.Split("; ").All(source => source.TrimEnd().EndsWith(" aligned", StringComparison.Ordinal)),
                TimeSpan.FromSeconds(90),
                () => $"{relay.Log}\n{_reflector.Tail()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in new[] { Behind, OnEdge })
        {
            if (relay is not null)
            {
                await relay.DisposeAsync();
            }
        }

        if (_reflector is not null)
        {
            await _reflector.DisposeAsync();
        }

        Authority.Dispose();
    }
}
