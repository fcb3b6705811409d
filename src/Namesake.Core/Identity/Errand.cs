using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>Something the watch must do for one source. A closed family; equal errands are one.</summary>
internal abstract record Errand(SourceId Source);

/// <summary>Look at bind and DNS.</summary>
internal sealed record ProbeErrand(SourceId Source) : Errand(Source);

/// <summary>Look with everything there is to look with.</summary>
internal sealed record AuditErrand(SourceId Source) : Errand(Source);

/// <summary>Ask the witnesses which address they see.</summary>
internal sealed record WitnessErrand(SourceId Source) : Errand(Source);

/// <summary>Ask the receiver of a held lane by EHLO and QUIT.</summary>
internal sealed record LaneErrand(SourceId Source, SiteId Site) : Errand(Source);

/// <summary>A grace or an override ends.</summary>
internal sealed record DeadlineErrand(SourceId Source) : Errand(Source);
