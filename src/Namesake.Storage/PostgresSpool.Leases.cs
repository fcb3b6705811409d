using System.Collections.Immutable;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Storage.Postgres;
using Npgsql;

namespace Namesake.Storage;

// Which sources this process may send from.
public sealed partial class PostgresSpool
{
    /// <exception cref="SpoolUnavailableException">The server can't be asked.</exception>
    public async Task<LeaseAnswer> HoldAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation)
    {
        try
        {
            return await _leases.HoldAsync(sources, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException or TimeoutException)
        {
            throw Trouble.Describe(e);
        }
    }

    // The mail was another's before this could be written: it stays as that node has it, which may send it once more. Never without a word.
    private void TellWhenTaken(Settlement settlement, bool happened)
    {
        if (!happened && _node.HasJoinedAgain && settlement.Results.Any(result => result.Fate == RecipientFate.Delivered))
            Log.OutcomeOfTakenMail(_log, settlement.Consignment.Message.ToString(), settlement.Consignment.Key.Source.Value);
    }
}
