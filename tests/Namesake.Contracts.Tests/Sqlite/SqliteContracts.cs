using Namesake.Contracts.Tests.Spool;

namespace Namesake.Contracts.Tests.Sqlite;

public sealed class SqliteAccept() : AcceptContract(new SqliteHouse());

public sealed class SqliteClaim() : ClaimContract(new SqliteHouse());

public sealed class SqliteUpkeep() : UpkeepContract(new SqliteHouse());

public sealed class SqliteSettle() : SettleContract(new SqliteHouse());

public sealed class SqliteRecovery() : RecoveryContract(new SqliteHouse());

public sealed class SqliteLateMail() : LateMailContract(new SqliteHouse());

public sealed class SqliteMove() : MoveContract(new SqliteHouse());

public sealed class SqliteLease() : LeaseContract(new SqliteHouse())
{
    [Fact]
    public async Task After_a_crash_sources_are_ours_at_once()
    {
        await StartAsync();

        await House.CrashAsync();

        using var book = await StartAsync();
        Assert.True(book.Holds(V4));
        Assert.Null(book.LeaseOf(V4));
    }
}

public sealed class SqliteContent() : ContentContract(new SqliteHouse());

public sealed class SqliteQueueControl() : QueueControlContract(new SqliteHouse());

public sealed class SqlitePutOff() : PutOffContract(new SqliteHouse());

public sealed class SqliteHold() : HoldContract(new SqliteHouse());

public sealed class SqliteView() : ViewContract(new SqliteHouse());

public sealed class SqliteIdentity() : IdentityContract(new SqliteHouse());

public sealed class SqliteHistory() : HistoryContract(new SqliteHouse());

public sealed class SqliteSuppressions() : SuppressionContract(new SqliteHouse());

public sealed class SqliteTallies() : TallyContract(new SqliteHouse());

public sealed class SqliteConcurrency() : ConcurrencyContract(new SqliteHouse());

public sealed class SqliteRandomWalk() : RandomWalkContract(new SqliteHouse());
