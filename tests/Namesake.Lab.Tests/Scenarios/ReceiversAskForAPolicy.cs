using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Names;
using Namesake.Lab.Tests.Lab.Receivers;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>A real, chrooted Postfix asks `namesake policy`; real clients read what comes of it.</summary>
public sealed class ReceiversAskForAPolicy(LabFixture lab) : LabTest(lab)
{
    private const string Pointer = "135.113.0.203.in-addr.arpa. PTR edge.acme.example.";

    private static readonly LabBrand Acme = LabBrand.Acme;

    // From the host with public addresses of its own: the router translates port 25 only.
    private static readonly Swaks Proper = new(Acme.EdgeEhlo, Acme.Edge) { Port = PolicyPort.Client };
    private static readonly Swaks UnderBravosAddress = new(Acme.EdgeEhlo, LabBrand.Bravo.Edge) { Port = PolicyPort.Client };

    private PolicyUnderTest? _service;

    [Fact]
    public async Task Who_agrees_is_accepted_and_its_message_says_so_above_the_servers_own_Received()
    {
        await StartAsync("--policy", "strict", "--aligned", "prepend");

        (await SendAsync(Proper with { More = ["--header", "Authentication-Results: mx.postfix.example; iprev=pass (forged)"] })).MustBeAccepted();

        var lines = await ArrivedAsync();
        var field = $"Authentication-Results: mx.postfix.example; iprev=pass reason=\"strict aligned\" policy.iprev={Acme.Edge} (EHLO {Acme.EdgeEhlo})";
        var received = Array.FindIndex(lines, line => line.StartsWith("Received:", StringComparison.Ordinal));
        Assert.InRange(Array.IndexOf(lines, field), 0, received - 1);
        Assert.True(Array.FindIndex(lines, line => line.EndsWith("(forged)", StringComparison.Ordinal)) > received, string.Join('\n', lines));
    }

    [Fact]
    public async Task A_message_for_three_recipients_gets_one_field()
    {
        await StartAsync("--policy", "observe");

        (await SendAsync(Proper with { Port = PolicyPort.Recipient, More = ["--to", "bob@postfix.example,carl@postfix.example,dora@postfix.example"] })).MustBeAccepted();

        Assert.Single(await ArrivedAsync(), line => line.StartsWith("Authentication-Results:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Postfixs_own_header_checks_take_the_true_field_away_with_the_forged_one()
    {
        await StartAsync("--policy", "observe");

        (await SendAsync(Proper with { Port = PolicyPort.Stripping, More = ["--header", "Authentication-Results: mx.postfix.example; iprev=pass (forged)"] })).MustBeAccepted();

        // Why docs/policy.md doesn't advise them, and says what to trust instead.
        Assert.DoesNotContain(await ArrivedAsync(), line => line.StartsWith("Authentication-Results:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_its_PTR_a_sender_reads_the_record_to_write()
    {
        await Lab.Authority.RemovePointerAsync(Acme.Edge);
        await StartAsync();

        var asClient = await SendAsync(Proper);
        var asRecipient = await SendAsync(Proper with { Port = PolicyPort.Recipient });
        var overTcp = await SendAsync(Proper with { Port = PolicyPort.Tcp });

        Assert.Equal($"550 5.7.25 <unknown[{Acme.Edge}]>: Client host rejected: {Acme.Edge} has no PTR record; expected {Pointer}", asClient.Refusal);
        Assert.Equal($"550 5.7.25 <bob@postfix.example>: Recipient address rejected: {Acme.Edge} has no PTR record; expected {Pointer}", asRecipient.Refusal);
        Assert.Equal(asClient.Refusal, overTcp.Refusal);
    }

    [Fact]
    public async Task A_PTR_that_leads_nowhere_is_refused_with_the_address_record_that_is_missing()
    {
        await StartAsync();

        var sent = await SendAsync(new Swaks(Acme.EdgeEhlo) { Port = PolicyPort.Client });

        Assert.Equal($"550 5.7.25 <unknown[{LabPlan.EdgeKernelsChoice}]>: Client host rejected: {LabPlan.EdgeKernelsChoice} has the PTR name host-203-0-113-130.access.provider.example, "
            + $"which does not lead back to it; expected host-203-0-113-130.access.provider.example. A {LabPlan.EdgeKernelsChoice}", sent.Refusal);
    }

    [Fact]
    public async Task An_EHLO_name_from_elsewhere_is_refused_by_strict_in_its_own_words()
    {
        await StartAsync("--policy", "strict");

        var elsewhere = await SendAsync(UnderBravosAddress);
        var nameless = await SendAsync(new Swaks("localhost", Acme.Edge) { Port = PolicyPort.Client });

        Assert.Equal("550 5.7.1 <edge.bravo.example[203.0.113.136]>: Client host rejected: the EHLO name edge.acme.example does not lead to 203.0.113.136; expected edge.acme.example. A 203.0.113.136", elsewhere.Refusal);
        Assert.Equal("550 5.7.1 <edge.acme.example[203.0.113.135]>: Client host rejected: the EHLO name localhost is no public host name; expected EHLO edge.acme.example", nameless.Refusal);
    }

    [Fact]
    public async Task An_EHLO_name_from_elsewhere_is_none_of_forwards_business()
    {
        await StartAsync("--policy", "forward", "--aligned", "prepend");

        (await SendAsync(UnderBravosAddress)).MustBeAccepted();

        Assert.Contains("Authentication-Results: mx.postfix.example; iprev=pass reason=\"forward aligned\" policy.iprev=203.0.113.136 (EHLO edge.acme.example)", await ArrivedAsync());
    }

    [Fact]
    public async Task Over_IPv6_it_is_the_same()
    {
        await StartAsync("--policy", "strict");
        var at = LabPlan.V6Of(LabPlan.Postfix);

        var bound = await new Swaks(Acme.Ehlo, Acme.V6) { Port = PolicyPort.Client }.SendAsync(Lab.Relay, LabReceivers.Postfix, Tag, at);
        var unbound = await new Swaks(Acme.Ehlo) { Port = PolicyPort.Client }.SendAsync(Lab.Relay, LabReceivers.Postfix, Tag, at);

        bound.MustBeAccepted();
        Assert.Equal($"550 5.7.25 <unknown[2001:db8:77::2]>: Client host rejected: 2001:db8:77::2 has no PTR record; expected {Reverse.NameOf(System.Net.IPAddress.Parse("2001:db8:77::2"))}. PTR mail.acme.example.", unbound.Refusal);
    }

    [Fact]
    public async Task While_the_resolver_is_silent_the_client_is_asked_to_come_again()
    {
        await StartAsync();
        Lab.OutsideResolver.FallSilent();

        var sent = await SendAsync(Proper);

        Assert.Equal($"450 4.7.25 <unknown[{Acme.Edge}]>: Client host rejected: whether {Acme.Edge} has a PTR name that leads back to it can not be told now; please try again later", sent.Refusal);
    }

    [Fact]
    public async Task Who_is_logged_in_is_not_judged()
    {
        await Lab.Authority.RemovePointerAsync(Acme.Edge);
        await StartAsync("--policy", "strict");

        // The same to Postfix as a login: XCLIENT LOGIN sets what AUTH would set.
        (await SendAsync(Proper with { Port = PolicyPort.Recipient, More = ["--xclient-login", "ann", "--xclient-no-verify"] })).MustBeAccepted();
        Assert.Contains("logged in as ann", _service!.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_allowed_is_not_judged()
    {
        await Lab.Authority.RemovePointerAsync(Acme.Edge);
        await StartAsync("--policy", "strict", "--allow", "203.0.113.128/28");

        (await SendAsync(Proper)).MustBeAccepted();
    }

    [Fact]
    public async Task While_no_service_answers_Postfix_defers_or_does_without_as_it_was_told()
    {
        await Lab.OutsideResolver.ForgetAsync();
        var deferred = await SendAsync(Proper);
        var without = await SendAsync(Proper with { Port = PolicyPort.DoWithout });

        Assert.Equal($"451 4.3.5 <{Acme.EdgeEhlo}[{Acme.Edge}]>: Client host rejected: Server configuration problem", deferred.Refusal);
        without.MustBeAccepted();
    }

    [Fact]
    public async Task A_service_that_was_restarted_is_found_again()
    {
        await StartAsync("--policy", "strict");
        (await SendAsync(Proper)).MustBeAccepted();
        await _service!.StopAsync();
        await _service.DisposeAsync();
        await StartAsync("--policy", "strict");

        (await SendAsync(Proper)).MustBeAccepted();
        Assert.StartsWith("550 5.7.1 ", (await SendAsync(UnderBravosAddress)).Refusal, StringComparison.Ordinal);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // Postfix itself looks up the client's name, for its replies: what its resolver remembers of the scenario before would be in them.
    private async Task StartAsync(params string[] options)
    {
        await Lab.OutsideResolver.ForgetAsync();
        _service = await PolicyUnderTest.StartAsync(Lab.Postfix.Host, options);
    }

    private Task<SwaksResult> SendAsync(Swaks swaks) => swaks.SendAsync(Lab.Edge, LabReceivers.Postfix, Tag);

    /// <summary>The header of what arrived, a field a line.</summary>
    private async Task<string[]> ArrivedAsync()
    {
        var arrived = await Eventually.GetAsync("the message arrives", () => Task.FromResult(Lab.Postfix.Inbox.WithSubject(Tag)), messages => messages.Count > 0,
            seen: () => $"postfix:\n{Lab.Postfix.Log}\npolicy:\n{_service?.Log}");
        return arrived[0].Content.Split("\n\n")[0].Replace("\n\t", " ", StringComparison.Ordinal).Replace("\n ", " ", StringComparison.Ordinal).Split('\n');
    }
}
