namespace Namesake.Storage.Postgres;

/// <summary>A queue's row was removed as empty after its id was looked up: ask for it again.</summary>
internal sealed class QueueGoneException : Exception
{
    public QueueGoneException() : base("A queue was removed while mail was on its way into it.")
    {
    }
}
