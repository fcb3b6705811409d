using System.Net;
using System.Security.Cryptography;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Identity.Probes;

/// <summary>A server on acme's address where everything is right; tests change one thing.</summary>
internal static class InboundScene
{
    public const string Ehlo = "mail.acme.example";
    public static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    public static readonly Source Acme = Scene.Source("acme", "203.0.113.5", Ehlo);
    public static readonly IPEndPoint At = new(IPAddress.Parse("203.0.113.5"), 25);
    public static readonly DomainName AcmeDomain = DomainName.Parse("acme.example");

    public static CertificateSight Certificate(params string[] names) => new()
    {
        Names = [.. names],
        NotBefore = Now.AddDays(-30),
        NotAfter = Now.AddDays(60),
        ChainTrouble = "",
        Presented = [new([.. "whole"u8], [.. "key"u8]), new([.. "authority"u8], [.. "authority's key"u8])],
    };

    public static TlsSight Tls(params string[] names) => new(Certificate(names), "", false);

    public static RelayTrial Trial(Func<RelayForm, string>? reply = null) =>
        new([.. RelayForms.For(DomainName.Parse(Ehlo)).Select(question => Attempt(question, reply?.Invoke(question.Form) ?? "554 5.7.1 <x>: Relay access denied"))], "");

    public static InboundFacts Inbound { get; } = new()
    {
        At = At,
        Reach = InboundReach.Answers,
        SeenAt = Now,
        AskedFrom = IPAddress.Parse("198.51.100.7"),
        Greeting = $"220 {Ehlo} ESMTP",
        GreetingName = Ehlo,
        EhloName = Ehlo,
        OffersStartTls = true,
        Asked = Tls(Ehlo),
        Unasked = Tls(Ehlo),
        Relay = Trial(),
        Dane = Dane(Tlsa(3, 1, 1, SHA256.HashData("key"u8))),
    };

    public static CertificateFacts Certificates { get; } = new(
        Certificate(Ehlo), [], [AcmeDomain, DomainName.Parse(Ehlo)], [new(DomainName.Parse("beta.example"), "beta"), new(DomainName.Parse("mx.provider.example"), "gamma")], Now);

    public static IdentityFacts Facts { get; } = new() { Source = Acme, Pool = [Acme], TreatAsPublic = Scene.Documentation, Inbound = Inbound, Certificates = Certificates };

    public static TlsaRecord Tlsa(int usage, int selector, int matching, ReadOnlySpan<byte> data) => new(usage, selector, matching, [.. data], TimeSpan.FromHours(1));

    public static DaneFacts Dane(params TlsaRecord[] records) => new([AcmeDomain], [Answer("acme.example", RecordType.MX)], Answer($"_25._tcp.{Ehlo}", RecordType.Tlsa) with { Records = [.. records], Authenticated = true });

    public static DnsAnswer Answer(string name, RecordType type, DnsOutcome outcome = DnsOutcome.Answer) =>
        new(DomainName.Parse(name), type, outcome, [], [], TimeSpan.FromHours(1), false, false, "resolver 127.0.0.1:53", Now);

    /// <summary>The checks of the whole catalogue that failed.</summary>
    public static string[] BadOnes(IdentityFacts facts) => [.. Catalogue.Judge(facts).Where(result => result.IsBad).Select(result => result.Check)];

    public static CheckResult Result(IdentityFacts facts, string check) => Catalogue.Find(check)!.Judge(facts);

    private static RelayAttempt Attempt(RelayQuestion question, string reply)
    {
        var enhanced = EnhancedStatusCode.TryParse(reply.Split(' ')[1], out var code) ? code : (EnhancedStatusCode?)null;
        var read = new SmtpReply(int.Parse(reply[..3], System.Globalization.CultureInfo.InvariantCulture), enhanced, [reply[4..]]);
        return new(question.Form, question.Sender, question.Recipient, RelayForms.AtRecipient(read), reply);
    }
}
