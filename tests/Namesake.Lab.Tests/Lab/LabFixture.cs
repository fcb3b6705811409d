using System.Globalization;
using Namesake.Lab.Tests.Lab.Hosts;
using Namesake.Lab.Tests.Lab.Names;
using Namesake.Lab.Tests.Lab.Receivers;
using Namesake.Lab.Tests.Lab.Router;

[assembly: AssemblyFixture(typeof(Namesake.Lab.Tests.Lab.LabFixture))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Namesake.Lab.Tests.Lab;

/// <summary>The whole lab, built once for all scenarios, which use it one after another.</summary>
public sealed class LabFixture : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"namesake-lab-{Environment.ProcessId}"));
    private LabNetwork? _network;
    private Task<LabHost>? _watchtower;

    /// <summary>Has private addresses behind the router's translation.</summary>
    public LabHost Relay => _network!.Relay;

    /// <summary>Has public addresses itself.</summary>
    public LabHost Edge => _network!.Edge;

    /// <summary>Between both and the internet.</summary>
    public LabHost Router => _network!.Router;

    /// <summary>A host outside of every translation, at <see cref="LabPlan.Watchtower"/>; made when the first asks for it.</summary>
    public Task<LabHost> WatchtowerAsync() => _watchtower ??= _network!.PlugInAsync("watchtower", LabPlan.Watchtower, server: false);

    /// <summary>What the router makes of each source's mail.</summary>
    public Translation Translation { get; private set; } = null!;

    public Authority Authority { get; private set; } = null!;

    /// <summary>The relay's and the edge's resolver.</summary>
    public Resolver Resolver { get; private set; } = null!;

    /// <summary>The receivers' resolver, on another host: it goes on when the relay's is silent.</summary>
    public Resolver OutsideResolver { get; private set; } = null!;

    public PostfixReceiver Postfix { get; private set; } = null!;

    public EximReceiver Exim { get; private set; } = null!;

    public EchoReceiver Echo { get; private set; } = null!;

    public EchoReceiver Stranger { get; private set; } = null!;

    public EchoReceiver Quiet { get; private set; } = null!;

    public EchoReceiver Reflector { get; private set; } = null!;

    /// <summary>All that has arrived with this subject, at any receiver.</summary>
    public IReadOnlyList<Arrival> ArrivalsOf(string subject) =>
    [
        .. new[] { (Postfix.Inbox, LabReceivers.Postfix), (Exim.Inbox, LabReceivers.Exim) }
            .SelectMany(box => box.Inbox.WithSubject(subject).Select(message => new Arrival(message.MessageId, message.Client, message.Helo, box.Item2.Domain))),
        .. new[] { Echo, Stranger, Quiet }
            .SelectMany(receiver => receiver.WithSubject(subject).Select(message => new Arrival(message.Field("Message-ID"), message.Client, message.Helo, receiver.Place.Domain))),
    ];

    public async ValueTask InitializeAsync()
    {
        if (LabRequirements.Missing is not null)
        {
            return;
        }

        SweepFoldersOfTheDead();
        Directory.CreateDirectory(_folder);
        try
        {
            await BuildAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Another host on the network that stands for the internet; it lives as long as the lab.</summary>
    public Task<LabHost> PlugInAsync(string name, System.Net.IPAddress address) => _network!.PlugInAsync(name, address, server: false);

    /// <summary>Everything as planned again: what a test broke doesn't reach the next one.</summary>
    public async Task ResetAsync()
    {
        Resolver.Speak();
        OutsideResolver.Speak();
        await Authority.ResetAsync();
        await Translation.ResetAsync();
        await Relay.RestoreAddressesAsync();
        await Edge.RestoreAddressesAsync();
        foreach (var receiver in new[] { Echo, Stranger, Quiet, Reflector })
        {
            receiver.Reset();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // What the last scenario froze, with the nsenter that waits for it: a frozen one never reaps the program, and without that the kernel never ends its host.
        Resolver?.Speak();
        OutsideResolver?.Speak();
        Authority?.Primary.Speak();
        Authority?.Secondary.Speak();
        foreach (var receiver in new[] { Echo, Stranger, Quiet, Reflector })
        {
            if (receiver is not null)
            {
                await receiver.DisposeAsync();
            }
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
            _network = null;
        }

        Translation?.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task BuildAsync()
    {
        _network = await LabNetwork.BuildAsync(_folder);
        Translation = await Translation.LoadAsync(_network.Router);
        await Task.WhenAll(
            Task.Run(async () => Authority = await Authority.StartAsync(await ServerAsync("names", LabPlan.Names), await ServerAsync("names2", LabPlan.Names2))),
            Task.Run(async () => Resolver = await Resolver.StartAsync(await ServerAsync("resolver", LabPlan.Resolver), LabPlan.Resolver)),
            Task.Run(async () => OutsideResolver = await Resolver.StartAsync(await ServerAsync("outside-resolver", LabPlan.OutsideResolver), LabPlan.OutsideResolver)),
            Task.Run(async () => Postfix = await PostfixReceiver.StartAsync(await ServerAsync("postfix", LabPlan.Postfix), LabReceivers.Postfix)),
            Task.Run(async () => Exim = await EximReceiver.StartAsync(await ServerAsync("exim", LabPlan.Exim), LabReceivers.Exim)),
            Task.Run(async () => Echo = await OwnAsync("echo", LabReceivers.Echo, new Habits())),
            Task.Run(async () => Stranger = await OwnAsync("stranger", LabReceivers.Stranger, new Habits { Echo = EchoForm.Sendmail, OffersTls = true })),
            Task.Run(async () => Quiet = await OwnAsync("quiet", LabReceivers.Quiet, new Habits { Echo = EchoForm.None })),
            Task.Run(async () => Reflector = await OwnAsync("reflector", LabReceivers.Reflector, new Habits())));

        foreach (var receiver in LabReceivers.All)
        {
            await Eventually.TrueAsync(
                $"{receiver.Host} is found by name from the relay and answers on port 25",
                async () => (await Relay.RunAsync("python3", "-c", $"import socket; print(socket.create_connection(('{receiver.Host}', 25), 5).makefile().readline())")).Output.StartsWith("220 ", StringComparison.Ordinal),
                seen: () => $"resolver:\n{Resolver.Log}\npostfix:\n{Postfix.Log}\nexim:\n{Exim.Log}");
        }
    }

    private Task<LabHost> ServerAsync(string name, System.Net.IPAddress address) => _network!.PlugInAsync(name, address, server: true);

    private async Task<EchoReceiver> OwnAsync(string name, LabReceiver place, Habits usual) =>
        EchoReceiver.Start(await _network!.PlugInAsync(name, place.Address, server: false), place, usual);

    // The hosts of a test run that was killed die with it; its files don't.
    private static void SweepFoldersOfTheDead()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), "namesake-lab-*"))
        {
            if (int.TryParse(folder[(folder.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture, out var process) && !Directory.Exists($"/proc/{process}"))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
