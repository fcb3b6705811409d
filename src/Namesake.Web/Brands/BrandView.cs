using System.Collections.Immutable;

namespace Namesake.Web.Brands;

/// <param name="Policy">"strict", "forward" or "observe".</param>
/// <param name="ExpirySeconds">How long its mail is tried or held, from acceptance.</param>
/// <param name="Waiting">Recipients in the spool.</param>
/// <param name="IsOpen">At least one of its sources is open.</param>
public sealed record BrandView(
    string Id,
    ImmutableArray<string> SenderDomains,
    string Policy,
    string ForeignSenders,
    string ReturnPathDomain,
    double ExpirySeconds,
    ImmutableArray<BrandSourceView> Sources,
    long Waiting,
    bool IsOpen);

/// <param name="Hold">The line that says why it is held; null when it is open.</param>
public sealed record BrandSourceView(string Id, string Verdict, string? Hold);
