using System.Globalization;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Whether a list's word counts: it must list its test entry and must not list what no list may (RFC 5782 §5). Asked once an hour for each list, whoever needs it.</summary>
internal sealed class ListTrust(IDnsLookup dns, TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    // A lost packet shouldn't cost an hour, nor a dead list a question for each source.
    private static readonly TimeSpan DoubtRemembered = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<DomainName, (Task<ListVerdict> Asking, DateTimeOffset Since)> _known = [];

    public Task<ListVerdict> OfAsync(DnsList list, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        Task<ListVerdict> asking;
        lock (_gate)
        {
            if (!_known.TryGetValue(list.Zone, out var known) || now - known.Since >= Age(known.Asking))
                _known[list.Zone] = known = (AskAsync(list), now);
            asking = known.Asking;
        }
        return asking.WaitAsync(cancellation);
    }

    private static TimeSpan Age(Task<ListVerdict> asking) => asking switch
    {
        { IsCompletedSuccessfully: false, IsCompleted: true } => TimeSpan.Zero,
        { IsCompletedSuccessfully: true } when asking.GetAwaiter().GetResult().State is ListState.Silent or ListState.Refused => DoubtRemembered,
        _ => Remembered,
    };

    // Not the name that was asked for: it may hold a subscriber's key.
    private static string Entry(DnsList list, string domain, int last) =>
        list.Kind == ListKind.Domain ? domain : string.Create(CultureInfo.InvariantCulture, $"{(list.ListsV4 ? "" : "::ffff:")}127.0.0.{last}");

    // Without the caller's token: it is asked for everybody, and DNS has time-outs of its own.
    private async Task<ListVerdict> AskAsync(DnsList list)
    {
        if (list.MustBeListed is not { } present || list.MustNotBeListed is not { } absent)
            return new(ListState.Broken, $"{list.Title} is too long a name to be asked below");
        var answers = await Task.WhenAll(dns.AskAsync(present, RecordType.A, CancellationToken.None), dns.AskAsync(absent, RecordType.A, CancellationToken.None));
        var (listed, _, words) = ListReading.Of(list, answers[0]);
        var (unlisted, _, otherWords) = ListReading.Of(list, answers[1]);
        if (listed == ListState.NotListed)
            return new(ListState.Broken, $"{list.Title} doesn't list {Entry(list, list.TestDomain, 2)}, its own test entry: it has been given up, or somebody answers in its place");
        if (listed != ListState.Listed)
            return new(listed, words);
        return unlisted switch
        {
            ListState.NotListed => new(ListState.Listed, ""),
            ListState.Listed => new(ListState.Broken, $"{list.Title} lists {Entry(list, "invalid", 1)}, which no list may: it lists the world"),
            _ => new(unlisted, otherWords),
        };
    }
}

/// <param name="State"><see cref="ListState.Listed"/>: its test entries are right.</param>
internal sealed record ListVerdict(ListState State, string Words)
{
    public bool IsGood => State == ListState.Listed;
}
