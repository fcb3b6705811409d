using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Receivers;

namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>A scenario with the relay in it: started by the test, ended with it.</summary>
public abstract class RelayTest(LabFixture lab) : LabTest(lab)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private RelayUnderTest? _relay;
    private int _loads;

    protected RelayUnderTest Relay => _relay!;

    /// <summary>Where it runs.</summary>
    protected virtual Hosts.LabHost Host => Lab.Relay;

    protected async Task StartRelayAsync(RelayConfiguration configuration)
    {
        await PrepareRelayAsync(configuration);
        await Relay.StartAsync();
    }

    protected async Task PrepareRelayAsync(RelayConfiguration configuration) => _relay = await RelayUnderTest.PrepareAsync(Host, Tag, configuration);

    /// <summary>Starts it and waits until all its sources are proven.</summary>
    protected async Task StartProvenRelayAsync(RelayConfiguration configuration)
    {
        await StartRelayAsync(configuration);
        await Eventually.GetAsync(
            "every source is aligned",
            async () => string.Join("; ", (await Relay.Api.SourcesAsync()).Select(source => $"{source.Id} {source.Verdict} {source.Hold?.Text}")),
            answer => answer.Split("; ").All(source => source.TrimEnd().EndsWith(" aligned", StringComparison.Ordinal)),
            Patience,
            () => Relay.Log);
    }

    protected Load NewLoad() => new(Host, RelayUnderTest.Server, Tag, $"{++_loads}");

    /// <summary>Submits, then waits until the relay has said 250 to all of it.</summary>
    protected async Task<Load> SubmitAsync(IEnumerable<Letter> letters, int sessions = 4)
    {
        var load = NewLoad();
        await load.SendAsync(letters, sessions);
        return load;
    }

    /// <summary>Waits until everything the load was promised has arrived, and wants each once, from its own brand's address under its own brand's name.</summary>
    protected async Task ArrivesOnceAsItselfAsync(Load load)
    {
        var arrivals = await ArrivesAsync(load);
        Assert.All(arrivals.GroupBy(arrival => arrival.MessageId), copies => Assert.Single(copies));
        IsItself(load, arrivals);
    }

    /// <summary>Waits until everything the load was promised has arrived.</summary>
    protected async Task<IReadOnlyList<Arrival>> ArrivesAsync(Load load)
    {
        var promised = load.Accepted.Select(letter => letter.MessageId).ToHashSet();
        return await Eventually.GetAsync(
            $"all {promised.Count} messages arrive",
            () => Task.FromResult(new Arrivals(Lab.ArrivalsOf(Tag), promised)),
            answer => answer.Missing == 0,
            Patience,
            () => $"{Relay.Log}\npostfix:\n{Lab.Postfix.Log}\nexim:\n{Lab.Exim.Log}");
    }

    /// <summary>Every message that arrived left from its brand's address under its brand's name.</summary>
    protected static void IsItself(Load load, IReadOnlyList<Arrival> arrivals)
    {
        var brands = load.Accepted.ToDictionary(letter => letter.MessageId, letter => LabBrand.All.Single(brand => letter.Letter.From.EndsWith($"@{brand.Domain}", StringComparison.Ordinal)));
        foreach (var arrival in arrivals.Where(arrival => brands.ContainsKey(arrival.MessageId)))
        {
            var brand = brands[arrival.MessageId];
            Assert.Equal((arrival.Client.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? brand.V6 : brand.Public, brand.Ehlo), (arrival.Client, arrival.Helo));
        }
    }

    /// <summary>Waits until mail of this brand to this receiver is held, by the API, and returns the hold.</summary>
    protected async Task<HoldSeen> IsHeldAsync(LabBrand brand, LabReceiver receiver, params string[] checks)
    {
        var queue = await Eventually.GetAsync(
            $"mail of {brand.Id} to {receiver.Domain} is held with {string.Join(" or ", checks)}",
            async () => (await Relay.Api.QueueAsync()).FirstOrDefault(queue => queue.Brand == brand.Id && queue.Domain == receiver.Domain),
            queue => queue is { State: "held", Hold: { } hold } && checks.Contains(hold.Check),
            Patience,
            () => Relay.Log);
        return queue!.Hold!;
    }

    protected async Task QueueIsEmptyAsync() => await Eventually.GetAsync(
        "nothing waits in the queue",
        async () => string.Join("; ", await Relay.Api.QueueAsync()),
        queue => queue.Length == 0,
        Patience,
        () => Relay.Log);

    public override async ValueTask DisposeAsync()
    {
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
