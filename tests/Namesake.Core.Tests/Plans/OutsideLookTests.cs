using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Identity;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Plans;

/// <summary>Receivers that echo, and no reflector of ours: it takes two operators to know.</summary>
public sealed class OutsideLookTests : IEchoProbe
{
    private const string Ours = "203.0.113.5", Another = "203.0.113.77";

    private readonly Dictionary<string, string?> _sees = new(StringComparer.Ordinal);
    private readonly ScriptedDns _dns = new(new FakeTimeProvider());

    [Theory]
    [InlineData(Ours, Ours, SeenVerdict.Agrees)]
    [InlineData(Ours, Another, SeenVerdict.NotSeen)]
    [InlineData(Another, Another, SeenVerdict.Disagrees)]
    [InlineData(Ours, null, SeenVerdict.NotSeen)]
    [InlineData(Another, null, SeenVerdict.NotSeen)]
    [InlineData(null, null, SeenVerdict.NotSeen)]
    public async Task Two_receivers_of_two_operators_know_where_they_say_the_same(string? first, string? second, SeenVerdict verdict)
    {
        var seen = await LookAsync(("mx.one.example", "198.51.100.1", first), ("mx.two.example", "198.51.100.2", second));

        Assert.Equal(verdict, seen.Address);
        if (verdict == SeenVerdict.NotSeen)
            Assert.Contains(seen.Words, word => word.Contains("two witnesses of different operators", StringComparison.Ordinal));
        foreach (var said in new[] { first, second }.OfType<string>())
            Assert.Contains(seen.Words, word => word.EndsWith($"sees {said}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_receivers_of_one_operator_are_one() =>
        Assert.Equal(SeenVerdict.NotSeen, (await LookAsync(("mx1.one.example", "198.51.100.1", Ours), ("mx2.one.example", "198.51.100.2", Ours))).Address);

    Task<EchoProbeResult> IEchoProbe.AskAsync(Source source, NextHop hop, CancellationToken cancellation) => Task.FromResult(
        _sees[hop.Address.ToString()] is { } address ? EchoProbeResult.Answered($"mx.example Hello {source.Ehlo} [{address}]") : EchoProbeResult.Unreached("connection refused"));

    private async Task<SeenIdentity> LookAsync(params (string Host, string Address, string? Sees)[] receivers)
    {
        foreach (var receiver in receivers)
        {
            _dns.Set(receiver.Host, RecordType.A, receiver.Address);
            _sees[receiver.Address] = receiver.Sees;
        }
        ImmutableArray<WitnessModel> witnesses = [.. receivers.Select(receiver => new WitnessModel(receiver.Host, 25, IsReflector: false))];
        var wanted = new WantedIdentity(new SourceId("acme-v4"), IPAddress.Parse("10.0.0.5"), IPAddress.Parse(Ours), HostName.Parse("mail.acme.example"));
        return Assert.Single(await new OutsideLook(_dns, this, witnesses, [IPRange.Parse("203.0.113.0/24"), IPRange.Parse("198.51.100.0/24")]).LookAsync([wanted], TestContext.Current.CancellationToken));
    }
}
