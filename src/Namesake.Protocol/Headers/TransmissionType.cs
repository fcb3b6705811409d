namespace Namesake.Protocol.Headers;

/// <summary>The way a message came to us, as Received lines name it. RFC 5321 §4.4, RFC 3848 §2, RFC 6531 §4.3</summary>
/// <param name="Extended">EHLO, not HELO.</param>
/// <param name="Utf8">SMTPUTF8 was asked for.</param>
public readonly record struct TransmissionType(bool Extended, bool Utf8, bool Tls, bool Authenticated)
{
    private readonly bool http;

    private TransmissionType(bool http)
        : this(false, false, false, false) => this.http = http;

    /// <summary>The REST API. RFC 7230 has no registered word for it; HTTP is what web mailers write.</summary>
    public static TransmissionType Http => new(http: true);

    /// <summary>The word: SMTP, ESMTP, ESMTPS, ESMTPA, ESMTPSA, or UTF8SMTP with the same endings; HTTP.</summary>
    public override string ToString() => this switch
    {
        { http: true } => "HTTP",
        { Extended: false } => "SMTP",
        _ => $"{(Utf8 ? "UTF8SMTP" : "ESMTP")}{(Tls ? "S" : "")}{(Authenticated ? "A" : "")}",
    };
}
