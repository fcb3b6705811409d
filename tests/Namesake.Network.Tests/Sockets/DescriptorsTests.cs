using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Pipeline;
using Namesake.Network.Sockets;

namespace Namesake.Network.Tests.Sockets;

/// <summary>Running out of descriptors concerns the whole process, so the scene is played in a child with a low limit.</summary>
public sealed class DescriptorsTests
{
    [Fact]
    public async Task Running_out_of_descriptors_stops_neither_the_listener_nor_the_dialler()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/sh"), "needs a shell's ulimit");
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("ulimit -n 256; exec \"$0\" -explicit only -noColor -method \"$1\"");
        start.ArgumentList.Add(Environment.ProcessPath!);
        start.ArgumentList.Add($"{typeof(DescriptorsTests).FullName}.{nameof(Out_of_descriptors)}");
        using var child = Process.Start(start)!;
        var (output, error) = (child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
        await child.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1));
        var said = await output + await error;
        Assert.True(child.ExitCode == 0, said);
        Assert.Contains("Total: 1,", said, StringComparison.Ordinal); // it did run
    }

    [Fact(Explicit = true)]
    public async Task Out_of_descriptors()
    {
        var clock = new FakeTimeProvider();
        using var log = new CountingLogger();
        var pipes = new SocketPipes(new SocketSettings(), clock);
        await using var listener = await new Listener(pipes, clock, log).BindAsync(new IPEndPoint(IPAddress.Loopback, 0), CancellationToken.None);
        var dialer = new Dialer(pipes, clock);
        await TalkAsync(dialer, listener); // everything is loaded and warm

        var hoard = new Stack<FileStream>();
        Fill(hoard);
        // Nothing may be loaded while there is no descriptor for it: assertions come when there are some again.
        var dialled = await dialer.DialAsync(IPAddress.Loopback, listener.Address, TimeSpan.FromMinutes(1), CancellationToken.None);

        Fill(hoard); // sockets of before may have been closed only now: one that is free would be the listener's
        hoard.Pop().Dispose();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); // takes the last one
        await client.ConnectAsync(listener.Address);
        var accepting = listener.AcceptAsync(CancellationToken.None);
        await log.ComplainedAsync().WaitAsync(Loopback.Patience);
        var acceptedTooEarly = accepting.IsCompleted;
        clock.Advance(TimeSpan.FromMilliseconds(200));
        await log.ComplainedAsync().WaitAsync(Loopback.Patience); // once per pause, not in a hot loop
        acceptedTooEarly |= accepting.IsCompleted;
        var complaints = log.Complaints;

        while (hoard.TryPop(out var kept))
            kept.Dispose();
        Assert.Equal(DialFailure.OutOfResources, dialled.Failure);
        Assert.False(acceptedTooEarly);
        Assert.Equal(2, complaints);
        clock.Advance(TimeSpan.FromMilliseconds(200));
        await using var accepted = (await accepting.WaitAsync(Loopback.Patience))!;
        Assert.Equal(client.LocalEndPoint, accepted.Remote);
        await TalkAsync(dialer, listener);
    }

    /// <summary>Until the limit is reached.</summary>
    private static void Fill(Stack<FileStream> hoard)
    {
        try
        {
            while (true)
                hoard.Push(new FileStream("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0));
        }
        catch (IOException)
        {
            // It is.
        }
    }

    private static async Task TalkAsync(Dialer dialer, IBoundListener listener)
    {
        var accepting = listener.AcceptAsync(CancellationToken.None);
        var dialled = await dialer.DialAsync(IPAddress.Loopback, listener.Address, TimeSpan.FromMinutes(1), CancellationToken.None);
        await using var client = dialled.Connection!;
        await using var server = (await accepting.WaitAsync(Loopback.Patience))!;
        await server.SayAsync("220 ready\r\n");
        await client.HearAsync("220 ready\r\n");
    }

    private sealed class CountingLogger : ILogger<Listener>, IDisposable
    {
        private readonly SemaphoreSlim _complained = new(0);

        public int Complaints { get; private set; }

        public Task ComplainedAsync() => _complained.WaitAsync();

        public void Dispose() => _complained.Dispose();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Complaints++;
            _complained.Release();
        }
    }
}
