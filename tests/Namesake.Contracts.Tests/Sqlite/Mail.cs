using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>Spools with something in them.</summary>
internal static class Mail
{
    public static readonly QueueKey Key = KeyOf("example.org");

    public static QueueKey KeyOf(string domain) => new(new BrandId("acme"), new SourceId("acme-v4"), DomainName.Parse(domain));

    public static Task<SqliteSpool> OpenAsync(string directory, TimeProvider? time = null, long minimumFree = 0, int eventDays = 14) =>
        SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = directory, MinimumFreeBytes = minimumFree, EventDays = eventDays, Company = TimeSpan.Zero }, time ?? TimeProvider.System);

    public static NewMessage New(IRelaySpool spool, int size = 100, bool claimed = true, QueueKey? key = null)
    {
        key ??= Key;
        var id = spool.NextId();
        return SampleMail.New(id, key, claimed, claimed ? id.AcceptedAt.AddMinutes(5) : id.AcceptedAt, id.AcceptedAt.AddDays(5), new byte[size]);
    }

    public static async Task<Consignment> AcceptAsync(IRelaySpool spool, int size = 100, bool claimed = true, QueueKey? key = null) =>
        (await spool.AcceptAsync(New(spool, size, claimed, key)))[0];

    public static Task SettleAsync(IRelaySpool spool, Consignment consignment, RecipientFate fate = RecipientFate.Delivered) =>
        spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, fate, "reply")], null, []));

    public static async Task<List<MessageId>> IdsAsync(IRelaySpool spool)
    {
        var ids = new List<MessageId>();
        while (await spool.MessagesAsync(new(), ids.LastOrDefault(), 1_000, CancellationToken.None) is { IsEmpty: false } page)
            ids.AddRange(page.Select(message => message.Id));
        return ids;
    }
}
