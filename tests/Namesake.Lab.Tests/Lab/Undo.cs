namespace Namesake.Lab.Tests.Lab;

/// <summary>Puts right what was broken, when it is disposed.</summary>
public sealed class Undo(Func<Task> how) : IAsyncDisposable
{
    /// <summary>Breaks something now.</summary>
    public static async Task<IAsyncDisposable> AfterAsync(Task broken, Func<Task> undo)
    {
        ArgumentNullException.ThrowIfNull(broken);
        await broken;
        return new Undo(undo);
    }

    public async ValueTask DisposeAsync() => await how();
}
