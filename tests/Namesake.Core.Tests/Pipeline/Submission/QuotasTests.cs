using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Submission;

public sealed class QuotasTests
{
    private static readonly IPAddress Client = IPAddress.Parse("10.0.0.9");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 3, 9, 0, 0, TimeSpan.Zero));
    private readonly PaperTallies _store = new();
    private RelayModel _model = ModelOf([]);
    private Quotas _quotas;

    public QuotasTests() => _quotas = new Quotas(() => _model, _time, NullLogger.Instance);

    [Fact]
    public void A_resellers_limit_caps_its_brands_together_and_nobody_elses()
    {
        _model = ModelOf([new Reseller(new ResellerId("north")) { Limits = new SendingLimits { DailyMessages = 3 } }, new Reseller(new ResellerId("south")) { Limits = new SendingLimits { DailyMessages = 3 } }],
            BrandOf("acme", "north", new SendingLimits { DailyMessages = 2 }), BrandOf("beta", "north"), BrandOf("gamma", "south"), BrandOf("own", null));

        Assert.Null(HandIn("acme"));
        Assert.Null(HandIn("acme"));
        Assert.StartsWith("452 4.7.1 Brand acme may hand in 2 messages a day", HandIn("acme"), StringComparison.Ordinal);
        Assert.Null(HandIn("beta"));
        Assert.StartsWith("452 4.7.1 Reseller north may hand in 3 messages a day", HandIn("beta"), StringComparison.Ordinal);

        Assert.Null(HandIn("gamma"));
        Assert.Null(HandIn("own"));
    }

    [Fact]
    public async Task What_a_reseller_handed_in_is_remembered_over_a_restart()
    {
        _model = ModelOf([new Reseller(new ResellerId("north")) { Limits = new SendingLimits { DailyMessages = 1 } }], BrandOf("acme", "north"));
        Assert.Null(HandIn("acme"));

        await RestartAsync();

        Assert.StartsWith("452 4.7.1 Reseller north", HandIn("acme"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_senders_limits_hold_for_all_its_sub_addresses_and_for_no_other_sender_and_over_a_restart()
    {
        _model = ModelOf([], BrandOf("acme", null) with { SenderLimits = new SendingLimits { DailyMessages = 2, DailyRecipients = 10 } });

        Assert.Null(HandIn("acme", "ann@acme.test"));
        Assert.Null(HandIn("acme", "Ann+list@acme.test"));
        Assert.StartsWith("452 4.7.1 Sender ann@acme.test may hand in 2 messages a day", HandIn("acme", "ANN+other@acme.test"), StringComparison.Ordinal);
        Assert.Null(HandIn("acme", "bob@acme.test"));

        await RestartAsync();

        Assert.StartsWith("452 4.7.1 Sender ann@acme.test", HandIn("acme", "ann@acme.test"), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(HandIn("acme", "ann@acme.test"));
    }

    [Fact]
    public void Forwarded_mail_and_null_senders_come_under_no_senders_limit()
    {
        _model = ModelOf([], BrandOf("acme", null) with { SenderLimits = new SendingLimits { DailyMessages = 1 } });

        for (var i = 0; i < 3; i++)
        {
            Assert.Null(HandIn("acme", "outside@example.org"));
            Assert.Null(HandIn("acme", null));
        }
    }

    [Fact]
    public void A_senders_rate_is_its_own()
    {
        _model = ModelOf([], BrandOf("acme", null) with { SenderLimits = new SendingLimits { MessagesPerMinute = 1 } });

        Assert.Null(HandIn("acme", "ann@acme.test"));
        Assert.StartsWith("451 4.7.1 Sender ann@acme.test may hand in 1 messages a minute", HandIn("acme", "ann@acme.test"), StringComparison.Ordinal);
        Assert.Null(HandIn("acme", "bob@acme.test"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(HandIn("acme", "ann@acme.test"));
    }

    [Fact]
    public void A_clients_limits_hold_without_a_login_and_the_longer_range_goes_before_the_listener()
    {
        _model = ModelOf([], BrandOf("acme", null)) with
        {
            Clients = [new ClientModel(IPRange.Parse("10.0.0.9/32"), new BrandId("acme")) { Limits = new SendingLimits { DailyMessages = 1 } }],
        };
        var user = new UserModel("ann", new BrandId("acme"), PasswordHash.Of("right", PasswordHash.FewestIterations));
        var listener = new SendingLimits { DailyMessages = 2 };

        Assert.Null(HandIn("acme", client: Client, clientLimits: listener));
        Assert.StartsWith("452 4.7.1 Client 10.0.0.9 may hand in 1 messages a day", HandIn("acme", client: Client, clientLimits: listener), StringComparison.Ordinal);
        Assert.Null(HandIn("acme", client: Client, clientLimits: listener, user: user));
        var other = IPAddress.Parse("2001:db8:0:1::5");
        Assert.Null(HandIn("acme", client: other, clientLimits: listener));
        Assert.Null(HandIn("acme", client: IPAddress.Parse("2001:db8:0:1::6"), clientLimits: listener));
        Assert.StartsWith("452 4.7.1 Client 2001:db8:0:1::/64", HandIn("acme", client: other, clientLimits: listener), StringComparison.Ordinal);
    }

    [Fact]
    public void What_one_message_may_be_is_limited_for_senders_and_clients_as_for_brands()
    {
        var size = new SendingLimits { LargestMessage = 999 };
        _model = ModelOf([], BrandOf("acme", null) with { SenderLimits = size }, BrandOf("beta", null));

        Assert.StartsWith("552 5.3.4 Sender ann@acme.test may hand in messages of 999 bytes", HandIn("acme", "ann@acme.test"), StringComparison.Ordinal);
        Assert.Null(HandIn("acme", "outside@example.org"));
        Assert.StartsWith("552 5.3.4 Client 10.0.0.9 may hand in messages of 999 bytes", HandIn("beta", clientLimits: size), StringComparison.Ordinal);
        Assert.Null(HandIn("beta", clientLimits: size with { LargestMessage = 1_000 }));
    }

    [Fact]
    public void What_one_limit_refuses_is_counted_by_none()
    {
        _model = ModelOf([new Reseller(new ResellerId("north")) { Limits = new SendingLimits { DailyMessages = 1 } }], BrandOf("acme", "north", new SendingLimits { DailyMessages = 5 }), BrandOf("beta", "north"));
        Assert.Null(HandIn("beta"));

        for (var i = 0; i < 10; i++)
            Assert.StartsWith("452 4.7.1 Reseller north", HandIn("acme"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_senders_fit_into_memory_and_one_that_is_at_its_limit_stays_there()
    {
        _model = ModelOf([], BrandOf("acme", null) with { SenderLimits = new SendingLimits { DailyMessages = 50 } }, BrandOf("beta", null) with { SenderLimits = new SendingLimits { DailyMessages = 1 } });
        for (var i = 0; i < 50; i++)
            Assert.Null(HandIn("acme", "ann@acme.test"));
        Assert.Null(HandIn("beta", "bob@beta.test"));

        for (var i = 0; i < 1_000_000; i++)
            HandIn("acme", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"x{i}@acme.test"));

        Assert.InRange(_quotas.InCrowd, 1, Quotas.MostInCrowd);
        Assert.StartsWith("452 4.7.1 Sender ann@acme.test", HandIn("acme", "ann@acme.test"), StringComparison.Ordinal);
        Assert.StartsWith("452 4.7.1 Sender bob@beta.test", HandIn("beta", "bob@beta.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_day_of_more_senders_than_there_is_room_for_a_restart_forgets_the_lightest_only()
    {
        _model = ModelOf([], BrandOf("acme", null, new SendingLimits { DailyMessages = 60_001 }) with { SenderLimits = new SendingLimits { DailyMessages = 50 } });
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        for (var i = 0; i < 60_000; i++)
            _store.Add(today, TallyScope.Sender, $"x{i}@acme.test", 1, 1);
        _store.Add(today, TallyScope.Sender, "ann@acme.test", 50, 50);
        _store.Add(today, TallyScope.Brand, "acme", 60_000, 60_000);

        await RestartAsync();

        Assert.Equal(40_000, _quotas.InCrowd);
        Assert.StartsWith("452 4.7.1 Sender ann@acme.test", HandIn("acme", "ann@acme.test"), StringComparison.Ordinal);
        Assert.Null(HandIn("acme", "bob@acme.test"));
        Assert.StartsWith("452 4.7.1 Brand acme", HandIn("acme", "bob@acme.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_goes_on_without_the_sums_that_the_store_is_too_slow_to_give_and_says_so()
    {
        _model = ModelOf([], BrandOf("acme", null, new SendingLimits { DailyMessages = 3 }) with { SenderLimits = new SendingLimits { DailyMessages = 1 } });
        Assert.Null(HandIn("acme", "ann@acme.test"));
        _store.BeforeHeaviest = (_, scope, _) => scope == TallyScope.Sender ? throw new SpoolUnavailableException("took longer than a second to read") : Task.CompletedTask;
        var log = new HeardLog();

        await RestartAsync(log);

        Assert.Null(HandIn("acme", "ann@acme.test"));
        Assert.StartsWith("452 4.7.1 Sender ann@acme.test", HandIn("acme", "ann@acme.test"), StringComparison.Ordinal);
        Assert.Null(HandIn("acme", "bob@acme.test"));
        Assert.StartsWith("452 4.7.1 Brand acme may hand in 3", HandIn("acme", "carl@acme.test"), StringComparison.Ordinal); // what could be read counts
        Assert.Contains(log.Lines, line => line.StartsWith("Error What was handed in on 2026-08-03 before this start could not be read whole (Sender): counts that were not read begin anew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_accepted_while_a_save_is_under_way_is_saved_when_the_relay_stops_meanwhile()
    {
        _model = ModelOf([], BrandOf("acme", null));
        Assert.Null(HandIn("acme"));

        await Keeping.StoppedInASaveAsync(_store, _time, stop => _quotas.KeepAsync(_store, stop), () => Assert.Null(HandIn("acme")));

        Assert.Equal(2, Assert.Single(_store.All).Messages);
    }

    [Fact]
    public async Task What_is_accepted_while_stored_senders_are_cut_is_saved_when_the_relay_stops_meanwhile_which_ends_the_cut()
    {
        _model = ModelOf([], BrandOf("acme", null) with { SenderLimits = new SendingLimits { DailyMessages = 50 } });
        Assert.Null(HandIn("acme"));

        await Keeping.StoppedInAReadAsync(_store, _time, stop => _quotas.KeepAsync(_store, stop), () => Assert.Null(HandIn("acme")));

        Assert.All(_store.All, tally => Assert.Equal(2, tally.Messages));
        Assert.Equal(2, _store.All.Count);
    }

    private string? HandIn(string brand, string? sender = "", IPAddress? client = null, SendingLimits? clientLimits = null, UserModel? user = null)
    {
        var listener = new ListenerModel(new IPEndPoint(IPAddress.Loopback, 25), null, [], null, false, null, false) { ClientLimits = clientLimits ?? SendingLimits.None };
        var from = new Handover(_model, listener, user, client ?? Client, sender is null ? null : Mailbox.Parse(sender.Length == 0 ? $"ann@{brand}.test" : sender));
        var (permit, refusal) = _quotas.Ask(from, _model.Brands.Find(new BrandId(brand)), 1_000);
        if (refusal is not null)
            return refusal.ToString();
        using (permit)
        {
            refusal = permit.AddRecipient();
            if (refusal is null)
                permit.Accepted();
        }
        return refusal?.ToString();
    }

    private async Task RestartAsync(ILogger? log = null)
    {
        using var stop = new CancellationTokenSource();
        var keeping = _quotas.KeepAsync(_store, stop.Token);
        await stop.CancelAsync();
        await keeping;
        _quotas = new Quotas(() => _model, _time, log ?? NullLogger.Instance);
        await _quotas.LoadAsync(_store, TestContext.Current.CancellationToken);
    }

    private static RelayModel ModelOf(Reseller[] resellers, params Brand[] brands) => new() { Node = "test", Brands = new BrandDirectory(brands, resellers), Sources = new SourceDirectory([]) };

    private static Brand BrandOf(string id, string? reseller, SendingLimits? limits = null) => new()
    {
        Id = new BrandId(id), SenderDomains = [DomainName.Parse($"{id}.test")], Sources = [new SourceId("a")], Reseller = reseller is null ? null : new ResellerId(reseller), Limits = limits ?? SendingLimits.None,
    };
}
