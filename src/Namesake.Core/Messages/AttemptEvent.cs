
namespace Namesake.Core.Messages;

/// <summary>The whole story of one attempt, written once as JSON and kept in the spool's day table. Times are UTC.</summary>
public sealed record AttemptEvent
{
    public required DateTimeOffset Time { get; init; }
    public required string Attempt { get; init; }
    public required string Message { get; init; }
    public required string Node { get; init; }
    public required string Brand { get; init; }

    /// <summary>Who handed the message in: the authenticated user, else the client's address, or "dsn".</summary>
    public string? Submitter { get; init; }
    public string? SenderDomain { get; init; }
    public required string RecipientDomain { get; init; }
    public required string Source { get; init; }
    public required string Family { get; init; }

    /// <summary>What getsockname said after connect; null when no connection stood.</summary>
    public string? Local { get; init; }
    public required string ExpectedPublic { get; init; }

    /// <summary>The address the receiver's EHLO reply showed; null when it showed none.</summary>
    public string? ObservedPublic { get; init; }

    /// <summary>What the observed address rests on: "echo", "interface", "witness", "attested"; with its age in seconds.</summary>
    public string? Evidence { get; init; }
    public double? EvidenceAgeSeconds { get; init; }
    public required string Ehlo { get; init; }
    public string? EhloAfterTls { get; init; }
    public required string Verdict { get; init; }
    public required string Policy { get; init; }
    public required string Route { get; init; }
    public required string Site { get; init; }
    public string? MX { get; init; }
    public string? Remote { get; init; }
    public string? Tls { get; init; }
    public string? Cipher { get; init; }

    /// <summary>"none", "opportunistic" (the chain happened to be valid) or "required"; null without TLS.</summary>
    public string? TlsVerified { get; init; }
    public required string Phase { get; init; }
    public int? Code { get; init; }
    public string? Enhanced { get; init; }
    public string? Reply { get; init; }

    /// <summary>Whose fault the reply is, what exactly, and which rule said so: "identity", "PTR_MISSING", "rdns-missing"; null without a refusal, the last two also where nothing fits.</summary>
    public string? Class { get; init; }
    public string? Subclass { get; init; }
    public string? Rule { get; init; }
    public required string Outcome { get; init; }
    public string? Scope { get; init; }
    public required string Explanation { get; init; }
    public required int Recipients { get; init; }
    public required int Delivered { get; init; }
    public required long Bytes { get; init; }
    public bool Reused { get; init; }
    public double? ConnectMilliseconds { get; init; }
    public double? TlsMilliseconds { get; init; }
    public double TransactionMilliseconds { get; init; }
    public DateTimeOffset? NextAttempt { get; init; }
    public string Durability { get; init; } = "fsync";
}
