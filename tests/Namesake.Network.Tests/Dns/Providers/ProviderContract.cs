using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>A place where records are written, with the two zones "acme.example" and "113.0.203.in-addr.arpa", and a way past the provider to see and change them.</summary>
public interface IWrittenZones : IAsyncDisposable
{
    Task StartedAsync();

    IDnsProvider Provider { get; }

    /// <summary>The same place through a secret or token that isn't valid; null: there is none.</summary>
    IDnsProvider? WithWrongSecret { get; }

    /// <summary>A provider that points to where nobody listens; null: there is no such thing.</summary>
    IDnsProvider? Nowhere { get; }

    /// <summary>A person takes a text there: whether we may write is not tried, and who has written what is so already is not told.</summary>
    bool IsCarriedByHand => false;

    /// <summary>All records of a zone but SOA, as the server holds them, ordered: for comparing byte for byte.</summary>
    Task<string> ContentAsync(string zone);
}

/// <summary>What every provider promises, run on each of them with its real server.</summary>
public abstract class ProviderContract(IWrittenZones zones)
{
    protected const string Forward = "acme.example", Reverse = "113.0.203.in-addr.arpa";

    private static int _hosts = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Tests of one server share its zones; each has names of its own.</summary>
    private readonly int _host = Interlocked.Increment(ref _hosts);

    private string Pointer => $"{_host}.{Reverse}";

    private string Name => $"mail{_host}.{Forward}";

    protected static DomainName Of(string name) => DomainName.Parse(name);

    protected static RecordChange Change(string zone, string name, RecordType type, RecordSet? old, RecordSet? made) =>
        new() { By = "test", Reason = "it is a test", Zone = Of(zone), Name = Of(name), Type = type, Old = old, New = made };

    private RecordChange PointerChange(RecordSet? old, RecordSet? made) => Change(Reverse, Pointer, RecordType.Ptr, old, made);

    private Task<WriteResult> WriteAsync(params ImmutableArray<Change> changes) => zones.Provider.WriteAsync(((RecordChange)changes[0]).Zone, changes, Token);

    private async Task<string> ReadAsync(string zone, string name, RecordType type)
    {
        var reading = await zones.Provider.ReadAsync(Of(zone), Of(name), type, Token);
        return reading.Trouble ?? reading.Set?.ToString() ?? "none";
    }

    [Fact]
    public async Task A_record_is_made_changed_and_removed_and_the_zone_is_as_before()
    {
        await zones.StartedAsync();
        var before = await zones.ContentAsync(Reverse);
        var (first, second) = (RecordSet.Of(3600, $"{Name}."), RecordSet.Of(600, "Other.Acme.Example."));

        Assert.IsType<WriteResult.Done>(await WriteAsync(PointerChange(null, first)));
        Assert.Equal(first.ToString(), await ReadAsync(Reverse, Pointer, RecordType.Ptr));
        Assert.IsType<WriteResult.Done>(await WriteAsync(PointerChange(first, second)));
        Assert.Equal("Other.Acme.Example. (TTL 600)", await ReadAsync(Reverse, Pointer, RecordType.Ptr), ignoreCase: true);
        Assert.IsType<WriteResult.Done>(await WriteAsync((RecordChange)PointerChange(first, second).Inverse()));
        Assert.Equal(first.ToString(), await ReadAsync(Reverse, Pointer, RecordType.Ptr));
        Assert.IsType<WriteResult.Done>(await WriteAsync(PointerChange(first, null)));
        Assert.Equal("none", await ReadAsync(Reverse, Pointer, RecordType.Ptr));
        Assert.Equal(before, await zones.ContentAsync(Reverse));
    }

    [Theory]
    [InlineData(RecordType.A, "192.0.2.25", "192.0.2.26")]
    [InlineData(RecordType.Aaaa, "2001:db8::25", "2001:db8::26")]
    public async Task A_set_of_several_addresses_is_one_change(RecordType type, string one, string other)
    {
        await zones.StartedAsync();
        var both = RecordSet.Of(3600, one, other);
        Assert.IsType<WriteResult.Done>(await WriteAsync(Change(Forward, Name, type, null, RecordSet.Of(3600, one))));
        Assert.IsType<WriteResult.Done>(await WriteAsync(Change(Forward, Name, type, RecordSet.Of(3600, one), both)));
        Assert.Equal(both.ToString(), await ReadAsync(Forward, Name, type));
        Assert.IsType<WriteResult.Done>(await WriteAsync(Change(Forward, Name, type, both, null)));
    }

    [Fact]
    public async Task What_is_otherwise_than_planned_is_a_conflict_and_stays()
    {
        await zones.StartedAsync();
        var theirs = RecordSet.Of(3600, "theirs.host.example.");
        Assert.IsType<WriteResult.Done>(await WriteAsync(PointerChange(null, theirs)));

        var made = Assert.IsType<WriteResult.Conflict>(await WriteAsync(PointerChange(null, RecordSet.Of(3600, $"{Name}."))));
        Assert.Contains("theirs.host.example.", made.Text, StringComparison.Ordinal);
        Assert.IsType<WriteResult.Conflict>(await WriteAsync(PointerChange(RecordSet.Of(3600, "old.host.example."), RecordSet.Of(3600, $"{Name}."))));
        Assert.IsType<WriteResult.Conflict>(await WriteAsync(PointerChange(RecordSet.Of(3600, "old.host.example.", "theirs.host.example."), null)));
        Assert.Equal(theirs.ToString(), await ReadAsync(Reverse, Pointer, RecordType.Ptr));
        await WriteAsync(PointerChange(theirs, null));
    }

    [Fact]
    public async Task Asked_again_after_a_lost_answer_it_is_done_and_no_conflict()
    {
        await zones.StartedAsync();
        var change = PointerChange(null, RecordSet.Of(3600, $"{Name}."));
        Assert.IsType<WriteResult.Done>(await WriteAsync(change));
        Assert.IsType<WriteResult.Done>(await WriteAsync(change));
        Assert.IsType<WriteResult.Done>(await WriteAsync((RecordChange)change.Inverse()));
        Assert.IsType<WriteResult.Done>(await WriteAsync((RecordChange)change.Inverse()));
    }

    [Fact]
    public async Task What_was_so_already_is_told_from_what_was_written()
    {
        await zones.StartedAsync();
        Assert.SkipWhen(zones.IsCarriedByHand, "a person sees it");
        var change = PointerChange(null, RecordSet.Of(3600, $"{Name}."));
        foreach (var each in new[] { change, (RecordChange)change.Inverse() })
        {
            Assert.False(Assert.IsType<WriteResult.Done>(await WriteAsync(each)).WasSo);
            Assert.True(Assert.IsType<WriteResult.Done>(await WriteAsync(each)).WasSo);
        }
    }

    [Fact]
    public async Task Where_some_of_several_are_so_already_nothing_is_written()
    {
        await zones.StartedAsync();
        Assert.SkipUnless(zones.Provider.Traits.MostPerWrite > 1 && !zones.IsCarriedByHand, "one change at a time is all it promises, or a text that may be used again");
        var (theirs, ours) = (Change(Forward, Name, RecordType.A, null, RecordSet.Of(3600, "192.0.2.25")), Change(Forward, $"b{Name}", RecordType.A, null, RecordSet.Of(3600, "192.0.2.26")));
        Assert.IsType<WriteResult.Done>(await WriteAsync(theirs));
        Assert.IsType<WriteResult.Conflict>(await WriteAsync(theirs, ours));
        Assert.Equal("none", await ReadAsync(Forward, $"b{Name}", RecordType.A));
        await WriteAsync((RecordChange)theirs.Inverse());
    }

    [Fact]
    public async Task Several_changes_are_written_all_or_none_where_that_is_promised()
    {
        await zones.StartedAsync();
        var traits = zones.Provider.Traits;
        Assert.SkipUnless(traits is { IsAtomic: true, MostPerWrite: > 1 }, "one change at a time is all it promises");
        var (good, bad) = (Change(Forward, Name, RecordType.A, null, RecordSet.Of(3600, "192.0.2.25")), Change(Forward, $"b{Name}", RecordType.A, RecordSet.Of(3600, "192.0.2.1"), RecordSet.Of(3600, "192.0.2.2")));
        Assert.IsType<WriteResult.Conflict>(await WriteAsync(good, bad));
        Assert.Equal("none", await ReadAsync(Forward, Name, RecordType.A));

        Assert.IsType<WriteResult.Done>(await WriteAsync(good, bad with { Old = null }));
        Assert.Equal("192.0.2.2 (TTL 3600)", await ReadAsync(Forward, $"b{Name}", RecordType.A));
        Assert.IsType<WriteResult.Done>(await WriteAsync(good.Inverse(), (bad with { Old = null }).Inverse()));
    }

    [Fact]
    public async Task Other_records_of_the_name_are_let_be()
    {
        await zones.StartedAsync();
        var six = Change(Forward, Name, RecordType.Aaaa, null, RecordSet.Of(3600, "2001:db8::25"));
        var four = Change(Forward, Name, RecordType.A, null, RecordSet.Of(3600, "192.0.2.25"));
        Assert.IsType<WriteResult.Done>(await WriteAsync(six));
        Assert.IsType<WriteResult.Done>(await WriteAsync(four));
        Assert.IsType<WriteResult.Done>(await WriteAsync((RecordChange)four.Inverse()));
        Assert.Equal("2001:db8::25 (TTL 3600)", await ReadAsync(Forward, Name, RecordType.Aaaa));
        await WriteAsync((RecordChange)six.Inverse());
    }

    [Fact]
    public async Task Write_authority_is_proven_without_a_change()
    {
        await zones.StartedAsync();
        Assert.SkipWhen(zones.IsCarriedByHand, "nothing is tried");
        var before = await zones.ContentAsync(Reverse);
        var authority = await zones.Provider.ProveAsync(Of(Reverse), Of(Pointer), RecordType.Ptr, Token);
        Assert.True(authority.Access == WriteAccess.Proven, authority.ToString());
        Assert.Equal(before, await zones.ContentAsync(Reverse));
    }

    [Fact]
    public async Task A_wrong_secret_is_no_authority_and_writes_nothing()
    {
        await zones.StartedAsync();
        Assert.SkipUnless(zones.WithWrongSecret is not null, "it needs no secret");
        var wrong = zones.WithWrongSecret!;
        var authority = await wrong.ProveAsync(Of(Reverse), Of(Pointer), RecordType.Ptr, Token);
        Assert.True(authority.Access == WriteAccess.None, authority.ToString());
        Assert.NotEmpty(authority.Detail);
        Assert.IsType<WriteResult.Refused>(await wrong.WriteAsync(Of(Reverse), [PointerChange(null, RecordSet.Of(3600, $"{Name}."))], Token));
        Assert.Equal("none", await ReadAsync(Reverse, Pointer, RecordType.Ptr));
    }

    [Fact]
    public async Task A_zone_that_is_not_there_is_refused_and_read_as_unknown()
    {
        await zones.StartedAsync();
        var elsewhere = Change("brave.example", "mail.brave.example", RecordType.A, null, RecordSet.Of(3600, "192.0.2.25"));
        Assert.IsType<WriteResult.Refused>(await zones.Provider.WriteAsync(elsewhere.Zone, [elsewhere], Token));
        Assert.NotNull((await zones.Provider.ReadAsync(elsewhere.Zone, elsewhere.Name, elsewhere.Type, Token)).Trouble);
    }

    [Fact]
    public async Task Where_nobody_answers_nothing_is_written_and_nothing_is_missing()
    {
        await zones.StartedAsync();
        Assert.SkipUnless(zones.Nowhere is not null, "it has no other side that could be away");
        var nowhere = zones.Nowhere!;
        Assert.Equal(WriteAccess.Unreachable, (await nowhere.ProveAsync(Of(Reverse), Of(Pointer), RecordType.Ptr, Token)).Access);
        Assert.NotNull((await nowhere.ReadAsync(Of(Reverse), Of(Pointer), RecordType.Ptr, Token)).Trouble);
        Assert.IsType<WriteResult.Unreachable>(await nowhere.WriteAsync(Of(Reverse), [PointerChange(null, RecordSet.Of(3600, $"{Name}."))], Token));
    }

    [Fact]
    public async Task An_alias_is_never_written_over()
    {
        await zones.StartedAsync();
        Assert.SkipUnless((await zones.ContentAsync(Forward)).Contains("alias", StringComparison.Ordinal), "it holds no aliases");
        // A program has no word for it, and a text reads nothing: whoever runs it is told there.
        Assert.Equal(zones is ProgramZones or PatchedZones or ScriptedZones ? Instead.Nothing : Instead.Alias, (await zones.Provider.ReadAsync(Of(Forward), Of($"alias.{Forward}"), RecordType.A, Token)).Instead);
        var result = await WriteAsync(Change(Forward, $"alias.{Forward}", RecordType.A, null, RecordSet.Of(3600, "192.0.2.25")));
        Assert.True(result is WriteResult.Conflict or WriteResult.Refused, result.ToString());
        Assert.Contains("alias", await ReadAsync(Forward, $"alias.{Forward}", RecordType.A), StringComparison.Ordinal);
    }
}
