using System.Collections.Immutable;

namespace Namesake.Web.Brands;

/// <param name="Policy">"strict", "forward" or "observe".</param>
/// <param name="ExpirySeconds">How long its mail is tried or held, from acceptance.</param>
/// <param name="Waiting">Recipients in the spool.</param>
/// <param name="IsOpen">At least one of its sources is open.</param>
/// <param name="Reseller">Whose it is; null: the provider's own.</param>
/// <param name="Limits">How much may be handed in for it; null: no limits.</param>
/// <param name="ResellerLimits">How much may be handed in for all brands of its reseller together; null: no limits.</param>
/// <param name="SenderLimits">How much each of its envelope senders may hand in; null: no limits.</param>
public sealed record BrandView(
    string Id,
    ImmutableArray<string> SenderDomains,
    string Policy,
    string ForeignSenders,
    string ReturnPathDomain,
    double ExpirySeconds,
    ImmutableArray<BrandSourceView> Sources,
    long Waiting,
    bool IsOpen,
    ImmutableArray<DkimView> Dkim,
    string? Reseller = null,
    SendingLimitsView? Limits = null,
    SendingLimitsView? ResellerLimits = null,
    SendingLimitsView? SenderLimits = null);

/// <param name="Hold">The line that says why it is held; null when it is open.</param>
public sealed record BrandSourceView(string Id, string Verdict, string? Hold);

/// <summary>A key the brand's mail is signed with, under one domain.</summary>
/// <param name="RecordName">Where its record must be in DNS.</param>
/// <param name="Record">The TXT record, as one text.</param>
/// <param name="RecordStrings">The same as a zone file has it: in quotation marks, cut at 255 octets.</param>
public sealed record DkimView(string Domain, string Selector, string Algorithm, int Bits, string RecordName, string Record, string RecordStrings);
