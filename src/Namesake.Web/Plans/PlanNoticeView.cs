namespace Namesake.Web.Plans;

/// <summary>What came of looking at the plans in hand.</summary>
/// <param name="SourcesHeld">Sources nothing leaves by until their plans are confirmed or undone.</param>
public sealed record PlanNoticeView(int SourcesHeld);
