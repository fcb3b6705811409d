using System.Net;
using Namesake.Core.Pipeline.Submission;

namespace Namesake.Core.Tests.Pipeline.Submission;

public sealed class PasswordQueueTests
{
    private static readonly IPAddress Guesser = IPAddress.Parse("192.0.2.1"), Customer = IPAddress.Parse("192.0.2.2");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_with_too_many_in_line_is_sent_away_and_others_are_not()
    {
        using var queue = new PasswordQueue();
        using var gate = new ManualResetEventSlim();
        var guesses = Enumerable.Range(0, PasswordQueue.MostPerClient).Select(_ => queue.CheckAsync(Guesser, () => Wait(gate, false), Cancellation)).ToList();

        Assert.Null(await queue.CheckAsync(Guesser, () => true, Cancellation));
        var login = queue.CheckAsync(Customer, () => true, Cancellation);
        gate.Set();

        Assert.True(await login.WaitAsync(Patience, Cancellation));
        Assert.All(await Task.WhenAll(guesses).WaitAsync(Patience, Cancellation), answer => Assert.False(answer));
        Assert.True(await queue.CheckAsync(Guesser, () => true, Cancellation)); // its line is empty again
    }

    [Fact]
    public async Task A_guesser_who_takes_another_address_of_its_IPv6_network_each_time_is_one_client()
    {
        using var queue = new PasswordQueue();
        using var gate = new ManualResetEventSlim();
        var guesses = Enumerable.Range(1, PasswordQueue.MostPerClient).Select(i => queue.CheckAsync(new IPAddress([0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, (byte)i]), () => Wait(gate, false), Cancellation)).ToList();

        Assert.Null(await queue.CheckAsync(IPAddress.Parse("2001:db8:0:1::ffff"), () => true, Cancellation).WaitAsync(Patience, Cancellation));
        gate.Set();

        Assert.All(await Task.WhenAll(guesses).WaitAsync(Patience, Cancellation), answer => Assert.False(answer));
    }

    [Fact]
    public async Task Half_the_cores_stay_with_the_mail()
    {
        using var queue = new PasswordQueue();
        int running = 0, most = 0;
        var guesses = Enumerable.Range(0, PasswordQueue.MostPerClient).Select(_ => queue.CheckAsync(Guesser, () =>
        {
            most = Math.Max(Interlocked.Increment(ref running), most);
            Thread.Yield();
            Interlocked.Decrement(ref running);
            return false;
        }, Cancellation));

        await Task.WhenAll(guesses).WaitAsync(Patience, Cancellation);

        Assert.InRange(most, 1, Math.Max(1, Environment.ProcessorCount / 2));
    }

    [Fact]
    public async Task A_check_that_fails_or_is_cancelled_leaves_the_line()
    {
        using var queue = new PasswordQueue();
        for (var i = 0; i < 2 * PasswordQueue.MostPerClient; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => queue.CheckAsync(Guesser, () => throw new InvalidOperationException(), Cancellation));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.CheckAsync(Guesser, () => true, new CancellationToken(canceled: true)));
        }

        Assert.True(await queue.CheckAsync(Guesser, () => true, Cancellation));
    }

    private static bool Wait(ManualResetEventSlim gate, bool answer)
    {
        gate.Wait(Patience);
        return answer;
    }
}
