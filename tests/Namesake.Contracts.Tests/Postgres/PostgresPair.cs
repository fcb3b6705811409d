using System.Collections.Immutable;
using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;
using Npgsql;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>Two nodes that share their queues, and whoever else locks these.</summary>
public abstract class PostgresPair(PostgresCluster cluster) : PostgresNodes(cluster)
{
    private protected PostgresSpool First { get; private set; } = null!;
    private protected PostgresSpool Second { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        First = await OpenAsync(Options("relay1"));
        Second = await OpenAsync(Options("relay2"));
    }

    /// <summary>One message with a recipient for each of these domains, due now unless another time is said.</summary>
    private protected async Task<ImmutableArray<Consignment>> AcceptAsync(PostgresSpool spool, string[] domains, bool claimed = false, DateTimeOffset? expires = null, DateTimeOffset? due = null)
    {
        QueueKey Key(string domain) => new(new BrandId("acme"), new SourceId("acme-v4"), DomainName.Parse(domain));
        var mail = SampleMail.New(spool.NextId(), Key(domains[0]), claimed, Now, expires ?? Now.AddDays(5), "Subject: hello\r\n\r\nHello.\r\n"u8.ToArray(), domains.Length);
        return await spool.AcceptAsync(mail with { Consignments = [.. domains.Select((domain, i) => new NewConsignment(Key(domain), [i], claimed, due ?? Now))] });
    }

    private protected static async Task LockAsync(NpgsqlConnection connection, QueueId queue)
    {
        await RunAsync(connection, "BEGIN");
        await RunAsync(connection, $"SELECT queue_id FROM queue WHERE queue_id = {queue.Value} FOR UPDATE");
    }

    private protected static async Task<bool> HasWaitersAsync(NpgsqlConnection holder) =>
        (bool)(await RunAsync(holder, "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))"))!;
}
