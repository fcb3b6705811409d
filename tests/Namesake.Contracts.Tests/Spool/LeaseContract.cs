using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>A relay that is alone on its database has its sources when it starts.</summary>
public abstract class LeaseContract(SpoolHouse house) : SpoolContract(house)
{
    protected static readonly SourceId V4 = new("acme-v4");
    private static readonly SourceId V6 = new("acme-v6");
    private static readonly SourceDirectory Both = new([SourceAt(V4, "203.0.113.5"), SourceAt(V6, "2001:db8::5")]);

    [Fact]
    public async Task All_sources_are_ours_before_anything_is_sent_and_stay_so_when_they_are_renewed()
    {
        using var book = await StartAsync();
        Assert.True(book.Holds(V4) && book.Holds(V6));

        for (var i = 0; i < 3; i++)
            await book.StartAsync(Cancellation);

        Assert.True(book.Holds(V4) && book.Holds(V6));
        Assert.Null(book.HoldOf(V4));
    }

    [Fact]
    public async Task After_a_stop_the_next_start_has_them_at_once()
    {
        using (var first = await StartAsync())
            Assert.True(first.Holds(V4));

        await House.RestartAsync();

        using var second = await StartAsync();
        Assert.True(second.Holds(V4) && second.Holds(V6));
    }

    [Fact]
    public async Task A_relay_without_sources_asks_for_none()
    {
        var answer = await House.Leases.HoldAsync([], Cancellation);

        Assert.Empty(answer.Leases);
    }

    protected async Task<LeaseBook> StartAsync()
    {
        var book = new LeaseBook(House.Leases, () => Both, "relay1", House.Time, NullLogger.Instance);
        await book.StartAsync(Cancellation);
        return book;
    }

    private static Source SourceAt(SourceId id, string address) =>
        new() { Id = id, LocalAddress = IPAddress.Parse(address), PublicAddress = IPAddress.Parse(address), Ehlo = HostName.Parse("mail.acme.example") };
}
