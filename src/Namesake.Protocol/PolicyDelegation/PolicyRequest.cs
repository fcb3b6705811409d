namespace Namesake.Protocol.PolicyDelegation;

/// <summary>One question of a Postfix SMTP server about a client (SMTPD_POLICY_README): the attributes an identity check reads, empty where Postfix had none.</summary>
/// <remarks>Everything in it is data: the client chose some of it, and the rest comes from DNS.</remarks>
public sealed record PolicyRequest
{
    /// <summary>CONNECT, EHLO, HELO, MAIL, RCPT, DATA, END-OF-MESSAGE, VRFY or ETRN.</summary>
    public string ProtocolState { get; init; } = "";

    /// <summary>An IPv4 or IPv6 address without brackets; "unknown" where Postfix itself doesn't know.</summary>
    public string ClientAddress { get; init; } = "";

    /// <summary>The PTR name that Postfix found to lead back to the address; "unknown" when it found none, for whatever reason.</summary>
    public string ClientName { get; init; } = "";

    /// <summary>The PTR name as Postfix found it, confirmed or not; "unknown" when it found none.</summary>
    public string ReverseClientName { get; init; } = "";

    /// <summary>The argument of EHLO or HELO, as said.</summary>
    public string HeloName { get; init; } = "";

    /// <summary>Who is logged in; empty when nobody is.</summary>
    public string SaslUsername { get; init; } = "";

    /// <summary>The same for all questions about one message.</summary>
    public string Instance { get; init; } = "";
}
