using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Storage.Sqlite;

/// <summary>A queue as the writer knows it, and as it stands in the database.</summary>
internal sealed class QueueRow(long id, QueueKey key)
{
    /// <summary>Nothing in it waits unclaimed.</summary>
    public const long Never = long.MaxValue;

    public long Id => id;
    public QueueKey Key => key;

    /// <summary>Recipients not settled, claimed and held ones included.</summary>
    public long Waiting { get; set; }

    /// <summary>Of them, those kept back.</summary>
    public long Held { get; set; }

    /// <summary>Of recipients neither claimed nor held, never later than the truth; <see cref="Never"/> when there is none.</summary>
    public long EarliestDue { get; set; } = Never;

    /// <summary>The run whose dispatcher put it off; 0: it is looked at.</summary>
    public long PutOff { get; set; }

    public long StoredWaiting { get; set; }
    public long StoredHeld { get; set; }
    public long StoredEarliestDue { get; set; } = Never;
    public long StoredPutOff { get; set; }
    public bool IsStored { get; set; }

    /// <summary>In the list of those touched by this batch.</summary>
    public bool IsTouched { get; set; }

    /// <summary>From the columns brand_id, source_id, domain and via, the first of them at this place. No via is '': NULLs are never equal, and the key is unique.</summary>
    public static QueueKey KeyAt(Statement row, int at) => new(
        new BrandId(row.Text(at)), new SourceId(row.Text(at + 1)), DomainName.Parse(row.Text(at + 2)), row.Text(at + 3) is { Length: > 0 } via ? via : null);
}
