using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>A relay that nobody watches from outside (an operator's word stands for its translation), for the rows that leave something in its memory: each of its six sources serves a row
/// of its own where that matters. Every message gets a connection of its own, and with it a greeting.</summary>
public sealed class RememberingRelay(LabFixture lab) : IAsyncLifetime
{
    public static RelayConfiguration Configuration { get; } = new()
    {
        WithReflector = false,
        WithV6 = true,
        Idle = "0s",
        SourceKeys = ", attested: { by: \"the lab's operator\", on: 2025-01-01 }",
    };

    public RelayUnderTest Relay { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (LabRequirements.Missing is not null)
        {
            return;
        }

        await lab.ResetAsync();
        Relay = await RelayUnderTest.StartAsync(lab.Relay, "each-remembering", Configuration);
        await Eventually.GetAsync(
            "every source is aligned",
            async () => string.Join("; ", (await Relay.Api.SourcesAsync()).Select(source => $"{source.Id} {source.Verdict} {source.Hold?.Text}")),
            answer => answer.Split("; ").All(source => source.TrimEnd().EndsWith(" aligned", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(90),
            () => Relay.Log);
    }

    public async ValueTask DisposeAsync()
    {
        if (Relay is not null)
        {
            await Relay.DisposeAsync();
        }
    }
}
