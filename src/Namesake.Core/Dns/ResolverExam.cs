namespace Namesake.Core.Dns;

/// <summary>Two questions whose right answers are known, to see whether a resolver can be believed.</summary>
/// <param name="Absent">A name made up at random under a zone without wildcards: must not exist.</param>
/// <param name="Signed">A name that is signed: a validating resolver says so.</param>
/// <param name="Signatures">When the signature in that answer begins and ends to be valid; null when there was none.</param>
public sealed record ResolverExam(SurveyResolver Resolver, DnsWord Absent, DnsWord Signed, SignatureSpan? Signatures)
{
    /// <summary>Invents answers for names that don't exist, as filtering and advertising resolvers do.</summary>
    public bool Lies => Absent.Answer.Addresses.Any();

    /// <summary>Null when it didn't say.</summary>
    public bool? Validates => Signed.IsDefinite ? Signed.Answer.Authenticated : null;

    /// <summary>How far this machine's clock is outside of a signature that the resolver found valid by its own; null when it is inside, or nothing can be said.</summary>
    public TimeSpan? ClockOff => (Validates, Signatures) switch
    {
        (true, { } span) when Signed.Answer.At < span.From => Signed.Answer.At - span.From,
        (true, { } span) when Signed.Answer.At > span.To => Signed.Answer.At - span.To,
        _ => null,
    };
}

public sealed record SignatureSpan(DateTimeOffset From, DateTimeOffset To);
