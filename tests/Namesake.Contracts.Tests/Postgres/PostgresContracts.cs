using Namesake.Contracts.Tests.Postgres;
using Namesake.Contracts.Tests.Spool;

[assembly: AssemblyFixture(typeof(PostgresCluster))]

namespace Namesake.Contracts.Tests.Postgres;

public sealed class PostgresAccept(PostgresCluster cluster) : AcceptContract(new PostgresHouse(cluster));

public sealed class PostgresClaim(PostgresCluster cluster) : ClaimContract(new PostgresHouse(cluster));

public sealed class PostgresSettle(PostgresCluster cluster) : SettleContract(new PostgresHouse(cluster));

public sealed class PostgresUpkeep(PostgresCluster cluster) : UpkeepContract(new PostgresHouse(cluster));

public sealed class PostgresRecovery(PostgresCluster cluster) : RecoveryContract(new PostgresHouse(cluster));

public sealed class PostgresLateMail(PostgresCluster cluster) : LateMailContract(new PostgresHouse(cluster));

public sealed class PostgresMove(PostgresCluster cluster) : MoveContract(new PostgresHouse(cluster));

public sealed class PostgresPutOff(PostgresCluster cluster) : PutOffContract(new PostgresHouse(cluster));

public sealed class PostgresHold(PostgresCluster cluster) : HoldContract(new PostgresHouse(cluster));

public sealed class PostgresView(PostgresCluster cluster) : ViewContract(new PostgresHouse(cluster));

public sealed class PostgresIdentity(PostgresCluster cluster) : IdentityContract(new PostgresHouse(cluster));

public sealed class PostgresHistory(PostgresCluster cluster) : HistoryContract(new PostgresHouse(cluster));

public sealed class PostgresConcurrency(PostgresCluster cluster) : ConcurrencyContract(new PostgresHouse(cluster));

public sealed class PostgresSuppressions(PostgresCluster cluster) : SuppressionContract(new PostgresHouse(cluster));

public sealed class PostgresTallies(PostgresCluster cluster) : TallyContract(new PostgresHouse(cluster));

public sealed class PostgresLease(PostgresCluster cluster) : LeaseContract(new PostgresHouse(cluster));

public sealed class PostgresContent(PostgresCluster cluster) : ContentContract(new PostgresHouse(cluster));

public sealed class PostgresQueueControl(PostgresCluster cluster) : QueueControlContract(new PostgresHouse(cluster));

public sealed class PostgresRandomWalk(PostgresCluster cluster) : RandomWalkContract(new PostgresHouse(cluster))
{
    protected override int Steps => 500; // each is a conversation with a server
}
