using CsCheck;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Checks;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Spf;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>What holds for every policy anybody could publish.</summary>
public sealed class AnyPolicyTests
{
    private static readonly string[] Terms =
    [
        "a", "mx", "ptr", "a:mail.acme.example", "mx:acme.example/24", "include:one.example", "include:two.example", "exists:%{i}.list.example", "ip4:198.51.100.0/24", "ip4:203.0.113.5", "-ip4:203.0.113.0/24",
        "ip6:2001:db8::/32", "?a:nowhere.example", "exists:%{p}.%{d}", "~include:three.example", "x=%{s}", "-all", "~all", "?all", "+all", "redirect=one.example", "redirect=two.example", "exp=why.example",
    ];

    private static readonly Gen<string> Policy = Gen.Int[0, Terms.Length - 1].Array[0, 14].Select(chosen => string.Join(' ', chosen.Select(i => Terms[i]).Prepend("v=spf1")));

    [Fact]
    public void Its_evaluation_ends_within_a_bounded_number_of_questions_and_twice_the_same() => Gen.Select(Policy, Policy, Policy, Policy).Sample((own, one, two, three) =>
    {
        var dns = World(own, one, two, three);
        var question = SpfQuestion.ForReturnPath(System.Net.IPAddress.Parse("203.0.113.5"), DomainName.Parse("acme.example"), HostName.Parse("mail.acme.example"));
        var evaluation = new SpfEvaluator(dns, TimeProvider.System).CheckAsync(question, null, CancellationToken.None).GetAwaiter().GetResult();
        var questions = dns.Questions;
        var again = new SpfEvaluator(dns, TimeProvider.System).CheckAsync(question, null, CancellationToken.None).GetAwaiter().GetResult();
        return questions <= 150 && evaluation.Result == again.Result && evaluation.Trace.SequenceEqual(again.Trace) && evaluation.Result != SpfResult.TempError
            && (evaluation.Result is SpfResult.PermError || evaluation is { Lookups: <= 10, Voids: <= 2 });
    }, iter: 2000);

    [Fact]
    public void What_is_published_as_the_fix_of_one_that_can_be_evaluated_passes() => Gen.Select(Policy, Policy, Policy, Policy).Sample((own, one, two, three) =>
    {
        var scene = new AuthenticationScene();
        Publish(scene.Dns, own, one, two, three);
        var before = scene.OfAsync("AU-01").GetAwaiter().GetResult();
        if (!before.IsBad)
            return true;
        var text = string.Concat(before.Fix.Split('"').Where((_, i) => i % 2 == 1));
        scene.Dns.Set("acme.example", RecordType.Txt, text);
        return SpfRecord.TryParse(text, out _, out _) && scene.OfAsync("AU-01").GetAwaiter().GetResult().Outcome == CheckOutcome.Pass;
    }, iter: 2000);

    private static ZoneDns World(string own, string one, string two, string three)
    {
        var dns = new ZoneDns().With("mail.acme.example A 203.0.113.5", "acme.example MX 10 mx.acme.example", "mx.acme.example A 203.0.113.9", "5.113.0.203.in-addr.arpa PTR mail.acme.example", "why.example TXT because %{i}");
        Publish(dns, own, one, two, three);
        return dns;
    }

    private static void Publish(ZoneDns dns, string own, string one, string two, string three) =>
        dns.Set("acme.example", RecordType.Txt, own).Set("one.example", RecordType.Txt, one).Set("two.example", RecordType.Txt, two).Set("three.example", RecordType.Txt, three);
}
