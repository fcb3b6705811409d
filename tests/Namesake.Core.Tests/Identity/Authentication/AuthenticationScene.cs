using System.Collections.Immutable;
using System.Security.Cryptography;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>acme.example, sending from 203.0.113.5 as mail.acme.example with everything in order; a test breaks one thing.</summary>
internal sealed class AuthenticationScene
{
    private static readonly DkimKey Key = NewRsaKey(), OtherKey = NewRsaKey();

    public AuthenticationScene()
    {
        Dns.With(
            "acme.example TXT v=spf1 ip4:203.0.113.5 -all", "acme.example TXT some-site-verification=1", "acme.example MX 10 mx.acme.example", "mx.acme.example A 203.0.113.9",
            "mail.acme.example A 203.0.113.5", "mail.acme.example TXT v=spf1 a -all", "5.113.0.203.in-addr.arpa PTR mail.acme.example",
            $"s1._domainkey.acme.example TXT {Signer.RecordText}", "_dmarc.acme.example TXT v=DMARC1; p=reject; rua=mailto:reports@acme.example");
        Senders = [new SenderIdentity { From = DomainName.Parse("acme.example"), ReturnPath = DomainName.Parse("acme.example"), Keys = [SenderKey.Of(Signer)] }];
    }

    public static DkimSigner Signer { get; } = NewSigner(Key);

    public static DkimSigner OtherSigner { get; } = NewSigner(OtherKey);

    public ZoneDns Dns { get; } = new();

    public Source Source { get; set; } = Scene.Source("acme", "203.0.113.5", "mail.acme.example");

    public ImmutableArray<Source> Pool { get; set; } = [];

    public ImmutableArray<SenderIdentity> Senders { get; set; }

    public IMailboxProbe? Mailboxes { get; set; }

    public IOperatorPageProbe? Pages { get; set; }

    public OutputFacts? Output { get; set; }

    public ReportFacts? Reports { get; set; }

    /// <summary>With everybody's answers as they are now.</summary>
    public async Task<ImmutableArray<CheckResult>> JudgeAsync()
    {
        var basis = new IdentityFacts
        {
            Source = Source, Pool = Pool.IsEmpty ? [Source] : Pool, Senders = Senders, TreatAsPublic = Scene.Documentation,
            Dns = await new IdentityProbe(Dns).LookAsync(Source.PublicAddress, Source.Ehlo, CancellationToken.None),
            Authentication = new AuthenticationFacts { Output = Output, Reports = Reports },
        };
        var look = await new AuthenticationProbe(Dns, TimeProvider.System, Mailboxes, Pages).LookAsync(basis, CancellationToken.None);
        var facts = look(basis);
        return [.. AuthenticationAudit.All.Select(check => check.Judge(facts))];
    }

    /// <summary>The only check that is bad, all others being as they are in order.</summary>
    public async Task<CheckResult> OnlyBadAsync(string check)
    {
        var results = await JudgeAsync();
        Assert.Equal([check], results.Where(result => result.IsBad).Select(result => result.Check));
        return results.Single(result => result.IsBad);
    }

    public async Task<CheckResult> OfAsync(string check) => (await JudgeAsync()).Single(result => result.Check == check);

    /// <summary>Every place that DNS is asked about here, for falling silent one by one.</summary>
    public static ImmutableArray<(string Name, RecordType Type)> Places { get; } =
    [
        ("acme.example", RecordType.Txt), ("acme.example", RecordType.MX), ("acme.example", RecordType.A), ("mail.acme.example", RecordType.Txt), ("mail.acme.example", RecordType.A),
        ("s1._domainkey.acme.example", RecordType.Txt), ("_dmarc.acme.example", RecordType.Txt), ("_dmarc.example", RecordType.Txt), ("_dmarc.news.acme.example", RecordType.Txt),
        ("_spf.provider.example", RecordType.Txt), ("out.provider.example", RecordType.A), ("5.113.0.203.in-addr.arpa", RecordType.Ptr), ("mx.acme.example", RecordType.A), ("mx.acme.example", RecordType.Aaaa),
    ];

    private static DkimSigner NewSigner(DkimKey key) =>
        DkimSigner.TryCreate(DomainName.Parse("acme.example"), "s1", key, out var signer, out var error) ? signer : throw new InvalidOperationException(error);

    private static DkimKey NewRsaKey()
    {
        using var rsa = RSA.Create(2048);
        return DkimKey.TryRead(rsa.ExportPkcs8PrivateKeyPem(), out var key, out var error) ? key : throw new InvalidOperationException(error);
    }
}
