using System.Text.RegularExpressions;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers;

/// <summary>Whether a receiver refused us for our PTR, forward record or EHLO name: our fault, not the recipient's, and no reason to bounce.</summary>
/// <remarks>The small beginning of the classifier: the enhanced code of RFC 7372 (X.7.25), and wordings that name the fault and its subject together.
/// Anything less certain is left to the basic code.</remarks>
public static partial class IdentityRefusal
{
    public static bool Looks(SmtpReply reply)
    {
        if (reply.IsPositive)
            return false;
        if (reply.Enhanced is { Subject: 7, Detail: 25 })
            return true;
        foreach (var line in reply.Lines)
            if (Wording().IsMatch(line))
                return true;
        return false;
    }

    // RegexOptions.NonBacktracking: replies are hostile input, matching must stay linear.
    [GeneratedRegex(
        @"cannot find your (reverse )?hostname|helo command rejected|(ehlo|helo) argument does not match|bogus helo|bad helo|helo name .{0,40}invalid|invalid helo|"
        + @"(no|missing|invalid|inconsistent|bad|mismatched|without a?) ?(dns |or no dns |or mismatched )*(reverse dns|rdns|ptr)\b|"
        + @"(reverse dns|rdns|\bptr\b).{0,60}(not found|missing|required|does not (match|exist|resolve)|failed|failure|must have|invalid|inconsistent)|"
        + @"(must have|does not have) .{0,20}(reverse (dns|lookup)|\bptr\b)|real hostname when saying (helo|ehlo)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Wording();
}
