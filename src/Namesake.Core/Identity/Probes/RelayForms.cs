using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Identity.Probes;

/// <summary>The questions of an open-relay trial, and what the answers mean.</summary>
/// <remarks>A refusal counts as one of relaying only when it can't be meant otherwise: a server that refuses this client for its missing PTR record, or the recipient because
/// its domain doesn't exist, may still relay for others.</remarks>
public static class RelayForms
{
    /// <summary>A domain that can never exist (RFC 2606 §2), so that nothing could arrive even if somebody sent on.</summary>
    public const string StrangersDomain = "example.invalid";

    private const string Nobody = "namesake-relay-test";

    private static readonly string[] AboutTheDomain =
        ["domain not found", "host not found", "no such domain", "unknown domain", "domain does not exist", "domain doesn't exist", "nxdomain", "does not resolve", "can't resolve", "cannot resolve", "unrouteable", "unroutable", "no mx", "nullmx", "bad destination"];

    private static readonly string[] AboutTheClient =
        ["client host", "blocked", "blacklist", "blocklist", "block list", "black list", "dnsbl", "rbl", "reverse", " ptr", "rdns", "helo", "ehlo", "greylist", "graylist", "sender address", "starttls", "too many", "reputation"];

    /// <param name="server">The name the server gives itself, else the one we expect there.</param>
    public static ImmutableArray<RelayQuestion> For(DomainName server) =>
    [
        new(RelayForm.Plain, "", $"{Nobody}@{StrangersDomain}"),
        new(RelayForm.OwnSender, $"{Nobody}@{server}", $"{Nobody}@{StrangersDomain}"),
        new(RelayForm.SourceRoute, "", $"@{server}:{Nobody}@{StrangersDomain}"),
        new(RelayForm.OwnDomain, "", $"{Nobody}-nobody@{server}"),
        new(RelayForm.PercentHack, "", $"{Nobody}%{StrangersDomain}@{server}"),
        new(RelayForm.Quoted, "", $"\"{Nobody}@{StrangersDomain}\"@{server}"),
        new(RelayForm.BangPath, "", $"{StrangersDomain}!{Nobody}@{server}"),
    ];

    /// <summary>MAIL was not accepted, so nobody was asked for: it says something of relaying only where a login is wanted of everybody.</summary>
    public static RelayAnswer AtMail(SmtpReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return reply.Code == 530 && !Says(reply, ["starttls"]) ? RelayAnswer.Refused : RelayAnswer.Undecided;
    }

    public static RelayAnswer AtRecipient(SmtpReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (reply.Code < 300)
            return RelayAnswer.Taken;
        if (Says(reply, ["relay"])) // Postfix's default is 454 4.7.1 Relay access denied
            return RelayAnswer.Refused;
        if (!reply.IsPermanent || reply.Enhanced is { Subject: 1, Detail: 2 or 8 or 10 } || Says(reply, AboutTheDomain) || Says(reply, AboutTheClient))
            return RelayAnswer.Undecided;
        return RelayAnswer.Refused;
    }

    private static bool Says(SmtpReply reply, ReadOnlySpan<string> words)
    {
        foreach (var line in reply.Lines)
            foreach (var word in words)
                if (line.Contains(word, StringComparison.OrdinalIgnoreCase))
                    return true;
        return false;
    }
}

/// <param name="Sender">Without angle brackets; empty for the null sender.</param>
/// <param name="Recipient">Without angle brackets.</param>
public sealed record RelayQuestion(RelayForm Form, string Sender, string Recipient);
