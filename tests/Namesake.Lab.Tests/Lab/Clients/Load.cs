using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Clients;

/// <summary>Submits letters over several connections as a good client does: what got no answer or a 4xx is given again, over a new connection where the
/// old one is lost, until it got its 250. Every try is a message of its own, so that what arrives can be told apart.</summary>
/// <param name="tag">The subject of all of them.</param>
/// <param name="name">Unlike any other load's of the same tag: part of every Message-ID.</param>
public sealed class Load(LabHost host, IPEndPoint server, string tag, string name)
{
    private readonly ConcurrentQueue<AcceptedLetter> _accepted = new();
    private readonly ConcurrentQueue<string> _unanswered = new();
    private int _lastNumber;
    private int _deferred;

    /// <summary>What got its 250: these and no others are promised.</summary>
    public IReadOnlyCollection<AcceptedLetter> Accepted => _accepted;

    public int AcceptedCount => _accepted.Count;

    /// <summary>Message-IDs of tries whose content was sent and whose answer never came: they may have been accepted.</summary>
    public IReadOnlyCollection<string> Unanswered => _unanswered;

    /// <summary>How often a 4xx was the answer.</summary>
    public int DeferredCount => Volatile.Read(ref _deferred);

    /// <summary>Each message's body, without the line end before the final dot.</summary>
    public string Body { get; init; } = string.Join("\r\n", Enumerable.Repeat(new string('x', 70), 14));

    /// <summary>Returns when every letter has got its 250, or when <paramref name="stop"/> is cancelled.</summary>
    public async Task SendAsync(IEnumerable<Letter> letters, int sessions, CancellationToken stop = default)
    {
        var waiting = new ConcurrentQueue<Letter>(letters);
        await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(() => SubmitAsync(waiting, stop), CancellationToken.None)));
    }

    private async Task SubmitAsync(ConcurrentQueue<Letter> waiting, CancellationToken stop)
    {
        SmtpTalk? talk = null;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (!stop.IsCancellationRequested && waiting.TryDequeue(out var letter))
        {
            var isDone = false;
            try
            {
                if (talk is null)
                {
                    talk = await SmtpTalk.ConnectAsync(host, server);
                    await talk.SayAsync("EHLO app.client.example");
                }

                isDone = await GiveAsync(talk, letter);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The relay died or closes: the letter is given again over another connection.
                isDone = false;
            }

            if (!isDone)
            {
                waiting.Enqueue(letter);
                if (talk is not null)
                {
                    await talk.DisposeAsync();
                    talk = null;
                }

                await pause.WaitForNextTickAsync(CancellationToken.None);
            }
        }

        if (talk is not null)
        {
            await talk.DisposeAsync();
        }
    }

    /// <returns>Whether it got its 250.</returns>
    private async Task<bool> GiveAsync(SmtpTalk talk, Letter letter)
    {
        var id = $"<{tag}-{name}-{Interlocked.Increment(ref _lastNumber)}@client.example>";
        await talk.WriteAsync($"MAIL FROM:<{letter.From}>\r\nRCPT TO:<{letter.To}>\r\nDATA\r\n");
        foreach (var expected in new[] { '2', '2', '3' })
        {
            var reply = await talk.ReplyAsync();
            Assert.False(reply.StartsWith('5'), $"{letter}: {reply}");
            if (!reply.StartsWith(expected))
            {
                Count(reply);
                return false;
            }
        }

        await talk.WriteAsync($"From: <{letter.From}>\r\nTo: <{letter.To}>\r\nSubject: {tag}\r\nMessage-ID: {id}\r\n\r\n{Body}\r\n.\r\n");
        string answer;
        try
        {
            answer = await talk.ReplyAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            answer = "";
        }

        if (answer.Length == 0)
        {
            _unanswered.Enqueue(id);
            return false;
        }

        Assert.False(answer.StartsWith('5'), $"{letter}: {answer}");
        if (!answer.StartsWith("250 ", StringComparison.Ordinal))
        {
            Count(answer);
            return false;
        }

        _accepted.Enqueue(new AcceptedLetter(id, letter, answer[(answer.LastIndexOf(' ') + 1)..]));
        return true;
    }

    private void Count(string reply)
    {
        if (reply.StartsWith('4'))
        {
            Interlocked.Increment(ref _deferred);
        }
    }
}
