using System.Net;

namespace Namesake.Core.Dns;

/// <summary>A recursive resolver whose view is compared with others'.</summary>
/// <param name="Operator">Who runs it: two resolvers of one operator are one view. The network it is in where it isn't known.</param>
/// <param name="IsPublic">On an address of the Internet: what it sees is what receivers see, and it is asked sparingly.</param>
public sealed record SurveyResolver(IPEndPoint EndPoint, string Operator, bool IsPublic)
{
    public override string ToString() => $"resolver {EndPoint}";
}

/// <summary>What one resolver says to one question.</summary>
/// <param name="Unchecked">The same question with CD, which switches validation off; asked only after SERVFAIL.</param>
/// <param name="Again">Once more with validation, after <paramref name="Unchecked"/> was answered: a failure that passed by is no proof.</param>
/// <param name="Exam">Whether it can be believed; null when that isn't known.</param>
public sealed record ResolverWord(SurveyResolver Resolver, DnsWord Udp, DnsWord? Tcp, DnsWord? Unchecked, DnsWord? Again, ResolverExam? Exam)
{
    /// <summary>What it says over whichever transport says something definite.</summary>
    public DnsWord Best => Udp.IsDefinite || Tcp is null ? Udp : Tcp;

    public bool IsBelieved => Exam?.Lies != true;

    public DnssecState Security =>
        Exam?.Validates != true ? DnssecState.Unvalidated
        : Best.IsDefinite ? Best.Answer.Authenticated ? DnssecState.Secure : DnssecState.Insecure
        : Udp.Outcome == DnsOutcome.ServerFailure && Unchecked is { IsDefinite: true } && Again?.Outcome == DnsOutcome.ServerFailure ? DnssecState.Bogus
        : DnssecState.Unknown;
}
