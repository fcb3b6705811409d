using System.Globalization;

namespace Namesake.Lab.Tests.Lab;

/// <summary>Waits for what real servers do in their own time: asks again and again until it is so or the deadline has passed.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until <paramref name="fact"/> holds.</summary>
    /// <param name="expected">What should have come true, for the failure message.</param>
    /// <param name="seen">The state at the end, for the failure message: what was seen, the tail of a log.</param>
    public static Task TrueAsync(string expected, Func<Task<bool>> fact, TimeSpan? within = null, Func<string>? seen = null) =>
        GetAsync(expected, fact, static holds => holds, within, seen);

    public static Task TrueAsync(string expected, Func<bool> fact, TimeSpan? within = null, Func<string>? seen = null) =>
        GetAsync(expected, () => Task.FromResult(fact()), static holds => holds, within, seen);

    /// <summary>Asks <paramref name="question"/> until its answer is one to <paramref name="accept"/>, and returns that.</summary>
    public static async Task<T> GetAsync<T>(string expected, Func<Task<T>> question, Func<T, bool> accept, TimeSpan? within = null, Func<string>? seen = null)
    {
        var patience = within ?? DefaultPatience;
        var started = TimeProvider.System.GetTimestamp();
        using var pause = new PeriodicTimer(Interval, TimeProvider.System);
        while (true)
        {
            var answer = await question();
            if (accept(answer))
            {
                return answer;
            }

            if (TimeProvider.System.GetElapsedTime(started) > patience)
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"Expected within {patience.TotalSeconds:0} s: {expected}\nLast answer: {answer}\n{seen?.Invoke()}"));
            }

            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
