using Namesake.Core.Identity;
using Namesake.Core.Identity.History;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Suppression;

namespace Namesake.Storage;

/// <summary>All that an engine keeps for a relay: the ports of Core in one place.</summary>
public interface IRelaySpool : ISpool, ISpoolView, IIdentityStore, IHistoryStore, ITallyStore, IFreezeStore, IQueueControl, ISourceLeases, ISuppressionStore;
