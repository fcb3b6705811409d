using Microsoft.Extensions.Logging;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.PolicyService;
using Namesake.Protocol.Addresses;

namespace Namesake.Tests.PolicyService;

/// <summary>What Postfix is answered, and what a sender reads of it.</summary>
public sealed class DecisionTests
{
    private const string Address = "203.0.113.5", Name = "mail.acme.example", Reverse = "5.113.0.203.in-addr.arpa.";

    private static readonly PolicyRules Strict = new() { Policy = IdentityPolicy.Strict };

    [Fact]
    public async Task A_client_that_agrees_is_left_to_the_next_restriction()
    {
        await using var service = new PolicyFixture();
        service.Dns.Identity(Address, Name);

        Assert.Equal("DUNNO", await service.AskAsync(Address, Name));
    }

    [Fact]
    public async Task Without_a_PTR_it_is_refused_and_told_the_record_to_write()
    {
        await using var service = new PolicyFixture();

        Assert.Equal($"550 5.7.25 {Address} has no PTR record; expected {Reverse} PTR {Name}.", await service.AskAsync(Address, Name));
    }

    [Fact]
    public async Task Over_IPv6_the_record_is_as_long_as_it_must_be()
    {
        await using var service = new PolicyFixture();

        Assert.Equal($"550 5.7.25 2001:db8::5 has no PTR record; expected 5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR {Name}.", await service.AskAsync("2001:db8::5", Name));
    }

    [Fact]
    public async Task A_PTR_that_does_not_lead_back_is_refused_with_the_missing_address_record()
    {
        await using var service = new PolicyFixture();
        service.Dns.Pointer(Address, "dsl-5.provider.example");

        Assert.Equal($"550 5.7.25 {Address} has the PTR name dsl-5.provider.example, which does not lead back to it; expected dsl-5.provider.example. A {Address}", await service.AskAsync(Address, Name));
    }

    [Fact]
    public async Task Forward_says_nothing_about_the_EHLO_name_and_strict_refuses_it_by_its_own_code()
    {
        await using var forward = new PolicyFixture();
        await using var strict = new PolicyFixture(Strict);
        foreach (var service in new[] { forward, strict })
        {
            service.Dns.Identity(Address, "host.provider.example");
            service.Dns.Set(Name, RecordType.A, "198.51.100.9");
        }

        Assert.Equal("DUNNO", await forward.AskAsync(Address, Name));
        Assert.Equal("DUNNO", await forward.AskAsync(Address, "localhost"));
        Assert.Equal($"550 5.7.1 the EHLO name {Name} does not lead to {Address}; expected {Name}. A {Address}", await strict.AskAsync(Address, Name));
        Assert.Equal("550 5.7.1 the EHLO name localhost is no public host name; expected EHLO host.provider.example", await strict.AskAsync(Address, "localhost"));
        Assert.Equal("550 5.7.1 the EHLO name nowhere.acme.example has no address; expected nowhere.acme.example. A 203.0.113.5", await strict.AskAsync(Address, "nowhere.acme.example"));
        Assert.Equal("550 5.7.1 no EHLO name was said; expected EHLO followed by the name of your mail server", await strict.AskAsync(Address, ""));
    }

    [Fact]
    public async Task An_EHLO_name_that_leads_here_and_is_not_the_PTR_name_is_told_both_ways_out()
    {
        await using var service = new PolicyFixture(Strict);
        service.Dns.Identity(Address, "host.provider.example");
        service.Dns.Set(Name, RecordType.A, Address);

        Assert.Equal($"550 5.7.1 the EHLO name {Name} is not the PTR name of {Address}, which is host.provider.example; expected {Reverse} PTR {Name}. or EHLO host.provider.example", await service.AskAsync(Address, Name));
    }

    [Fact]
    public async Task A_missing_PTR_is_never_blamed_on_the_EHLO_name()
    {
        await using var service = new PolicyFixture(Strict);

        var answer = await service.AskAsync(Address, "localhost");

        Assert.StartsWith($"550 5.7.25 {Address} has no PTR record", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("EHLO", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_DNS_does_not_tell_the_client_is_asked_to_come_again_and_learns_nothing_of_our_resolver()
    {
        await using var service = new PolicyFixture();
        service.Dns.Identity(Address, Name);
        service.Dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut);

        Assert.Equal($"DEFER_IF_PERMIT 4.7.25 whether {Address} has a PTR name that leads back to it can not be told now; please try again later", await service.AskAsync(Address, Name));
        Assert.Contains("resolver", Assert.Single(service.Log.At(LogLevel.Information)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_only_the_EHLO_name_can_not_be_told_the_text_is_about_that()
    {
        await using var service = new PolicyFixture(Strict);
        service.Dns.Identity(Address, "host.provider.example");
        service.Dns.Pointer(Address, "host.provider.example", Name);
        service.Dns.Trouble("acme.example", DnsOutcome.ServerFailure);

        Assert.Equal($"DEFER_IF_PERMIT 4.7.1 whether the EHLO name {Name} belongs to {Address} can not be told now; please try again later", await service.AskAsync(Address, Name));
    }

    [Fact]
    public async Task What_Postfix_has_confirmed_itself_is_not_refused()
    {
        await using var service = new PolicyFixture();
        await using var client = await service.ConnectAsync();

        var answer = await client.AskAsync(PolicyClient.Request(Address, Name).Replace("\nclient_name=unknown", $"\nclient_name={Name}", StringComparison.Ordinal));

        Assert.StartsWith("DEFER_IF_PERMIT 4.7.25 ", answer, StringComparison.Ordinal);
        Assert.Contains($"Postfix has confirmed the name {Name}", Assert.Single(service.Log.At(LogLevel.Information)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sasl_username=ann\n", "RCPT", Address)]
    [InlineData("", "VRFY", Address)]
    [InlineData("", "ETRN", Address)]
    [InlineData("", "CONNECT", Address)]
    [InlineData("", "RCPT", "unknown")]
    [InlineData("", "RCPT", "")]
    [InlineData("", "RCPT", "fe80::1%eth0")]
    [InlineData("", "RCPT", "203.0.113.77")]
    [InlineData("", "RCPT", "172.17.0.1")]
    [InlineData("", "RCPT", "127.0.0.1")]
    [InlineData("", "RCPT", "::ffff:10.0.0.1")]
    [InlineData("", "RCPT", "fd00::1")]
    public async Task Who_is_not_judged_costs_no_question(string more, string state, string address)
    {
        await using var service = new PolicyFixture(Strict with { Allow = [IPRange.Parse("203.0.113.64/26")] });

        Assert.Equal("DUNNO", await service.AskAsync(address, "localhost", more, state));
        Assert.Equal(0, service.Dns.Questions);
        Assert.Contains("is not judged", Assert.Single(service.Log.At(LogLevel.Information)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_EHLO_forward_can_already_tell()
    {
        await using var service = new PolicyFixture();

        Assert.Equal($"550 5.7.25 {Address} has no PTR record; expected {Reverse} PTR followed by the name of your mail server", await service.AskAsync(Address, "", state: "CONNECT"));
    }

    [Fact]
    public async Task Observing_writes_a_header_field_and_stops_nobody()
    {
        await using var service = new PolicyFixture(PolicyRules.Observing with { AuthenticationServer = "mx.receiver.example" });
        service.Dns.Identity(Address, Name);
        service.Dns.Identity("2001:db8::6", "mail.bravo.example");
        service.Dns.Identity("198.51.100.7", "mail.delta.example");
        service.Dns.Trouble("100.51.198.in-addr.arpa", DnsOutcome.TimedOut);

        Assert.Equal($"PREPEND Authentication-Results: mx.receiver.example; iprev=pass reason=\"strict aligned\" policy.iprev={Address} (EHLO {Name})", await service.AskAsync(Address, Name));
        Assert.Equal("PREPEND Authentication-Results: mx.receiver.example; iprev=pass reason=\"strict misaligned EH-02\" policy.iprev=\"2001:db8::6\" (EHLO is no host name)", await service.AskAsync("2001:db8::6", "a) b; dkim=pass"));
        Assert.Equal("PREPEND Authentication-Results: mx.receiver.example; iprev=permerror reason=\"strict misaligned PT-01\" policy.iprev=203.0.113.9 (EHLO mail.acme.example)", await service.AskAsync("203.0.113.9", Name));
        Assert.Equal("PREPEND Authentication-Results: mx.receiver.example; iprev=temperror reason=\"strict unknown PT-01\" policy.iprev=198.51.100.7 (EHLO mail.delta.example)", await service.AskAsync("198.51.100.7", "mail.delta.example"));
    }

    [Fact]
    public async Task A_message_gets_one_header_field_however_many_recipients_it_has()
    {
        await using var service = new PolicyFixture(PolicyRules.Observing);
        await using var client = await service.ConnectAsync();
        service.Dns.Identity(Address, Name);

        async Task<string> OfMessageAsync(string instance, string state = "RCPT") => (await client.AskAsync(PolicyClient.Request(Address, Name, $"instance={instance}\n", state))).Split(' ')[0];

        Assert.Equal(["PREPEND", "DUNNO", "DUNNO"], [await OfMessageAsync("a.1"), await OfMessageAsync("a.1"), await OfMessageAsync("a.1", "DATA")]);
        Assert.Equal(["PREPEND", "DUNNO"], [await OfMessageAsync("a.2"), await OfMessageAsync("a.2")]);
        // Postfix can't add one here, and warns of whoever wants it to.
        Assert.Equal(["DUNNO", "DUNNO", "PREPEND"], [await OfMessageAsync("a.3", "EHLO"), await OfMessageAsync("a.3", "END-OF-MESSAGE"), await OfMessageAsync("a.3", "MAIL")]);
    }

    [Theory]
    [InlineData(PolicyAnswer.Warn, "WARN PT-01 203.0.113.5 has no PTR record; ")]
    [InlineData(PolicyAnswer.Defer, "DEFER_IF_PERMIT 4.7.25 203.0.113.5 has no PTR record; ")]
    [InlineData(PolicyAnswer.Prepend, "PREPEND Authentication-Results: localhost; iprev=permerror reason=\"forward misaligned PT-01\" ")]
    [InlineData(PolicyAnswer.Dunno, "DUNNO")]
    public async Task What_is_done_about_misaligned_clients_is_the_operators_choice(PolicyAnswer answer, string beginning)
    {
        await using var service = new PolicyFixture(new PolicyRules { Misaligned = answer });

        Assert.StartsWith(beginning, await service.AskAsync(Address, Name), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\u001b[2J\u0007.example")]
    [InlineData("x action=OK")]
    [InlineData("\"; iprev=pass (")]
    [InlineData("\u00e9\u00ff\u00fe")]
    public async Task What_a_client_says_comes_back_as_one_printable_line_and_logs_as_one(string ehlo)
    {
        await using var strict = new PolicyFixture(Strict);
        await using var observing = new PolicyFixture(PolicyRules.Observing);
        foreach (var service in new[] { strict, observing })
        {
            service.Dns.Pointer(Address, "evil\u001b]0;x\u0007\n.example");
            var answer = await service.AskAsync(Address, ehlo);
            Assert.All(answer, c => Assert.InRange(c, ' ', '~'));
            Assert.All(Assert.Single(service.Log.At(LogLevel.Information)), c => Assert.InRange(c, ' ', '~'));
        }
    }

    [Fact]
    public async Task The_log_says_why_once_a_message()
    {
        await using var service = new PolicyFixture();
        await using var client = await service.ConnectAsync();
        for (var recipient = 0; recipient < 3; recipient++)
            await client.AskAsync(PolicyClient.Request(Address, Name, "instance=a.1\n"));

        Assert.Equal([$"{Address} EHLO {Name}: misaligned by forward, PT-01 5.113.0.203.in-addr.arpa does not exist (NXDOMAIN): 550 5.7.25 {Address} has no PTR record; expected {Reverse} PTR {Name}."], service.Log.At(LogLevel.Information));
        Assert.Equal(2, service.Log.At(LogLevel.Debug).Count(line => line.Contains("(remembered)", StringComparison.Ordinal)));
    }

}
