using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Network.Dns.Providers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>What goes wrong between us and a real server: nothing is taken for written or for not written that isn't known to be.</summary>
public sealed class UpdateFaultTests(BindZones zones) : IClassFixture<BindZones>
{
    private static readonly DomainName Zone = DomainName.Parse("113.0.203.in-addr.arpa");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RecordChange Change(int host) => new()
    {
        By = "signed",
        Reason = "it is a test",
        Zone = Zone,
        Name = DomainName.Parse($"{host}.113.0.203.in-addr.arpa"),
        Type = RecordType.Ptr,
        New = RecordSet.Of(3600, $"mail{host}.acme.example."),
    };

    private async Task<string> HeldAsync(int host) => (await zones.Provider.ReadAsync(Zone, Change(host).Name, RecordType.Ptr, Token)).Set?.ToString() ?? "none";

    [Fact]
    public async Task A_reply_that_is_lost_after_the_write_is_uncertain_and_reading_decides()
    {
        await zones.StartedAsync();
        using var proxy = new CuttingProxy(zones.Server) { Answer = (_, _) => null };
        var result = await SignedZones.At(proxy.At, zones.Secret).WriteAsync(Zone, [Change(201)], Token);
        Assert.IsType<WriteResult.Uncertain>(result);
        Assert.Equal("mail201.acme.example. (TTL 3600)", await HeldAsync(201));
        // Asked again it is done, and undone it is gone.
        Assert.True(Assert.IsType<WriteResult.Done>(await zones.Provider.WriteAsync(Zone, [Change(201)], Token)).WasSo);
        Assert.False(Assert.IsType<WriteResult.Done>(await zones.Provider.WriteAsync(Zone, [Change(201).Inverse()], Token)).WasSo);
    }

    [Fact]
    public async Task A_reply_that_comes_in_halves_is_uncertain()
    {
        await zones.StartedAsync();
        using var proxy = new CuttingProxy(zones.Server);
        proxy.Answer = (_, answer) => answer[..(answer.Length / 2)];
        var provider = new UpdateProvider(new UpdateSettings { Id = "signed", Server = proxy.At, Zones = [Zone], Key = new UpdateKey(DomainName.Parse("namesake"), UpdateAlgorithm.HmacSha256, [.. zones.Secret]), Timeout = TimeSpan.FromSeconds(1) }, TimeProvider.System);
        Assert.Contains("did not answer", Assert.IsType<WriteResult.Uncertain>(await provider.WriteAsync(Zone, [Change(202)], Token)).Text, StringComparison.Ordinal);
        Assert.Equal("mail202.acme.example. (TTL 3600)", await HeldAsync(202));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_signs_wrongly_or_not_at_all_is_not_believed(bool signs)
    {
        await zones.StartedAsync();
        using var proxy = new CuttingProxy(zones.Server);
        proxy.Answer = (_, answer) => signs ? Spoilt(answer) : Unsigned(answer);
        var provider = SignedZones.At(proxy.At, zones.Secret);
        var host = signs ? 203 : 204;
        var why = signs ? "is not valid for key" : "did not sign its answer";
        Assert.Contains(why, Assert.IsType<WriteResult.Uncertain>(await provider.WriteAsync(Zone, [Change(host)], Token)).Text, StringComparison.Ordinal);
        Assert.Contains(why, (await provider.ReadAsync(Zone, Change(host).Name, RecordType.Ptr, Token)).Trouble, StringComparison.Ordinal);
        Assert.Equal(WriteAccess.Unreachable, (await provider.ProveAsync(Zone, Change(host).Name, RecordType.Ptr, Token)).Access);
    }

    [Fact]
    public async Task A_server_that_goes_away_half_way_leaves_what_is_written_and_the_rest_unwritten()
    {
        await using var server = new BindZones();
        await server.StartedAsync();
        Assert.IsType<WriteResult.Done>(await server.Provider.WriteAsync(Zone, [Change(205)], Token));
        await server.StoppedAsync();
        Assert.IsType<WriteResult.Unreachable>(await server.Provider.WriteAsync(Zone, [Change(206)], Token));
        Assert.NotNull((await server.Provider.ReadAsync(Zone, Change(205).Name, RecordType.Ptr, Token)).Trouble);
        await server.StartedAgainAsync();
        Assert.NotNull((await server.Provider.ReadAsync(Zone, Change(205).Name, RecordType.Ptr, Token)).Set);
        Assert.Equal(new RecordReading(null, null), await server.Provider.ReadAsync(Zone, Change(206).Name, RecordType.Ptr, Token));
    }

    [Fact]
    public async Task A_kept_connection_that_the_server_has_closed_is_no_trouble()
    {
        await using var server = new BindZones();
        await server.StartedAsync();
        Assert.Null((await server.Provider.ReadAsync(Zone, Change(208).Name, RecordType.Ptr, Token)).Trouble);
        await server.StoppedAsync();
        await server.StartedAgainAsync();
        Assert.Null((await server.Provider.ReadAsync(Zone, Change(208).Name, RecordType.Ptr, Token)).Trouble);
    }

    [Fact]
    public async Task A_key_of_another_name_is_told_from_one_of_another_secret()
    {
        await zones.StartedAsync();
        var unknown = await SignedZones.At(zones.Server, zones.Secret, "nobody").ProveAsync(Zone, Change(207).Name, RecordType.Ptr, Token);
        Assert.Contains("BADKEY", unknown.Detail, StringComparison.Ordinal);
        Assert.Contains("BADSIG", (await zones.WithWrongSecret.ProveAsync(Zone, Change(207).Name, RecordType.Ptr, Token)).Detail, StringComparison.Ordinal);
    }

    /// <summary>An octet of the code is another. It stands before number, error and length of nothing: 6 octets from the end.</summary>
    private static byte[] Spoilt(byte[] answer)
    {
        answer[^7] ^= 1;
        return answer;
    }

    /// <summary>Without its last record, which is the signature: the number of additional records is one less, what follows isn't read.</summary>
    private static byte[] Unsigned(byte[] answer)
    {
        answer[2 + 11]--;
        return answer;
    }
}
