using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Network.Dns.Survey;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Survey;

/// <summary>A reverse zone on two servers, delegated by a third, and a survey of it by the clock on the wall: its time-outs are short.</summary>
internal sealed class SurveyWorld : IAsyncDisposable
{
    public const string Above = "203.in-addr.arpa", Reverse = "113.0.203.in-addr.arpa", Pointer = "5.113.0.203.in-addr.arpa";

    private static readonly string[] BothServers = ["ns1.host.example", "ns2.host.example"];

    private SurveyWorld(Hosting hosting, TimeProvider clock, Func<SurveySettings, SurveySettings>? change)
    {
        Hosting = hosting;
        var settings = new SurveySettings
        {
            Vantage = "test", TryTimeout = TimeSpan.FromSeconds(1), ControlZone = DomainName.Parse("host.example"), AbsentUnder = DomainName.Parse("host.example"),
        };
        Second = hosting.AddServer("ns2.host.example", "127.0.0.62");
        Parent = hosting.AddServer("ns-above.host.example", "127.0.0.60");
        hosting.AddZone(Above, ["ns-above.host.example"], Parent);
        hosting.AddZone(Reverse, BothServers, First, Second);
        Parent.Zones.SetRecord(Reverse, RecordType.NS, BothServers);
        hosting.AddZone("host.example", ["ns1.host.example"], First);
        First.Zones.SetRecord("ns1.host.example", RecordType.A, "127.0.0.61");
        SetPointer("mail.acme.example");
        Survey = new DnsSurvey(hosting.Resolver, change?.Invoke(settings) ?? settings, clock);
    }

    public Hosting Hosting { get; }

    public DnsSurvey Survey { get; }

    public DemoDnsServer First => Hosting.First;

    public DemoDnsServer Second { get; }

    public DemoDnsServer Parent { get; }

    public static SurveyWorld Open(Func<SurveySettings, SurveySettings>? change = null, TimeProvider? clock = null) =>
        new(Hosting.Open(settings => settings with { TryTimeout = TimeSpan.FromSeconds(1) }, clock ?? TimeProvider.System), clock ?? TimeProvider.System, change);

    /// <summary>Time passes only when the test says so.</summary>
    public static SurveyWorld OpenStepped(Func<SurveySettings, SurveySettings> change)
    {
        var hosting = Hosting.Open();
        return new SurveyWorld(hosting, hosting.Clock, change);
    }

    public void SetPointer(params string[] names)
    {
        foreach (var zones in new[] { Hosting.Known, First.Zones, Second.Zones })
            zones.SetRecord(Pointer, RecordType.Ptr, names);
    }

    public Task<NameSurvey> AskAsync(string name = Pointer, RecordType type = RecordType.Ptr, TimeSpan? oldest = null) =>
        Survey.SurveyAsync(DomainName.Parse(name), type, oldest, TestContext.Current.CancellationToken).WaitAsync(World.Patience);

    public async ValueTask DisposeAsync()
    {
        Survey.Dispose();
        await Hosting.DisposeAsync();
    }
}
