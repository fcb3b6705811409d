using System.Net.Sockets;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Clients;
using Namesake.Protocol.PolicyDelegation;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.PolicyService;

/// <summary>What a sender reads in a refusal: what is wrong, and the record that would put it right. About the PTR record or about the EHLO name, never about one under the number of the other.</summary>
/// <remarks>X.7.25 is the registered code for reverse DNS that fails validation, and in its class 4 for validation that could not be done (RFC 7372 §3.3); X.7.24, which looks alike,
/// is about SPF. For the EHLO name no code is registered: X.7.1, as Postfix says. What our resolver said stays in our log: it would tell strangers how this network is built.</remarks>
public static class ReplyWords
{
    private const int MostNamed = 100;

    private static readonly EnhancedStatusCode Reverse = new(5, 7, 25), Policy = new(5, 7, 1);

    public static EnhancedStatusCode CodeFor(CheckResult cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return ClientReport.IsReverse(cause.Check) ? Reverse : Policy;
    }

    public static string Misaligned(ClientReport report, CheckResult cause)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(cause);
        var address = report.Address;
        var forward = address.AddressFamily == AddressFamily.InterNetwork ? "A" : "AAAA";
        // A name that someone says without having it is not asked for.
        var name = report.Name is { } said ? $"{said}." : "followed by the name of your mail server";
        var pointer = $"{report.PointerOwner}. PTR {name}";
        var way = $"{report.Name}. {forward} {address}";
        return cause.Check switch
        {
            "PT-01" or "PT-02" => $"{address} has no PTR record; expected {pointer}",
            "PT-03" when report.Pointers is [var only] => $"{address} has the PTR name {Short(only)}, which does not lead back to it; expected {Short(only)}. {forward} {address}",
            "PT-03" => $"{address} has the PTR names {Names(report)}, and none of them leads back to it; expected one of them with {forward} {address}",
            "EH-04" => $"the EHLO name {report.Name} has no address; expected {way}",
            "EH-05" => $"the EHLO name {report.Name} does not lead to {address}; expected {way}",
            "PT-04" => $"the EHLO name {report.Name} is not the PTR name of {address}, which is {Names(report)}; expected {pointer} or EHLO {Short(report.Pointers.FirstOrDefault() ?? "")}",
            _ when report.Ehlo.Length == 0 => "no EHLO name was said; expected EHLO followed by the name of your mail server",
            _ => $"the EHLO name {Short(report.Ehlo)} is no public host name; expected EHLO {(report.Pointers is [var first, ..] ? Short(first) : "followed by the name of your mail server")}",
        };
    }

    public static string Unknown(ClientReport report, CheckResult cause)
    {
        ArgumentNullException.ThrowIfNull(report);
        return ClientReport.IsReverse(cause?.Check ?? "PT-01")
            ? $"whether {report.Address} has a PTR name that leads back to it can not be told now; please try again later"
            : $"whether the EHLO name {report.Name} belongs to {report.Address} can not be told now; please try again later";
    }

    private static string Names(ClientReport report) => string.Join(", ", report.Pointers.Take(2).Select(Short)) + (report.Pointers.Length > 2 ? ", ..." : "");

    /// <summary>Of a stranger's text: enough to recognise it by.</summary>
    private static string Short(string text) => PolicyAction.Clean(text, MostNamed);
}
