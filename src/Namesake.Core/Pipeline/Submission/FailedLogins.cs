using System.Collections.Concurrent;
using System.Net;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Failed logins by client address: beyond a few, each one more closes AUTH to that address for twice as long.</summary>
/// <remarks>One failure is forgiven each minute. A success forgives nothing: a guesser with one password of his own could buy himself guesses with it.
/// An IPv6 client is its /64, since it may pick any address in it.</remarks>
internal sealed class FailedLogins(TimeProvider time)
{
    /// <summary>Failures that cost nothing: a web mail server in front of many people has some every day.</summary>
    public const int Free = 20;

    /// <summary>Addresses remembered, about 2 MB. Failures of more than these are not; what they cost is still bounded by <see cref="PasswordQueue"/>.</summary>
    public const int MostAddresses = 10_000;

    /// <summary>Longest time AUTH stays closed after one failure: long enough to make guessing pointless, short enough to wait for by a person who mended the password.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Forgiveness = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, Failures> _byClient = new();
    private long _sweptAt = time.GetTimestamp();

    public int Addresses => _byClient.Count;

    /// <returns>How much longer this address may not log in; zero: it may.</returns>
    public TimeSpan ClosedFor(IPAddress client) =>
        _byClient.TryGetValue(SubmitterName.NetworkOf(client), out var failures) && failures.ClosedUntil - Now is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    public void Failed(IPAddress client)
    {
        var network = SubmitterName.NetworkOf(client);
        if (_byClient.Count >= MostAddresses && !_byClient.ContainsKey(network) && !MakeRoom())
            return;
        _byClient.AddOrUpdate(network, static (_, now) => new Failures(1, now, now), static (_, before, now) => before.OneMore(now), Now);
    }

    /// <summary>Monotonic: a clock that is set neither opens nor closes anything.</summary>
    private TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>Once a second at most: it looks at all of them.</summary>
    private bool MakeRoom()
    {
        var swept = Interlocked.Read(ref _sweptAt);
        if (time.GetElapsedTime(swept) < TimeSpan.FromSeconds(1) || Interlocked.CompareExchange(ref _sweptAt, time.GetTimestamp(), swept) != swept)
            return false;
        foreach (var entry in _byClient.ToArray())
            if (entry.Value.Left(Now) == 0)
                _byClient.TryRemove(entry);
        return _byClient.Count < MostAddresses;
    }

    private readonly record struct Failures(int Count, TimeSpan At, TimeSpan ClosedUntil)
    {
        public int Left(TimeSpan now) => (int)Math.Max(0, Count - Math.Floor((now - At) / Forgiveness));

        public Failures OneMore(TimeSpan now)
        {
            var count = Left(now) + 1;
            var closed = count <= Free ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(count - Free - 1, 20))));
            return new Failures(count, now, now + closed);
        }
    }
}
