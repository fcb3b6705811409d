namespace Namesake.Storage.Writing;

/// <summary>Who goes first into a batch: a client waits for its 250, a settled message only for its row to go.</summary>
internal enum WritePriority
{
    Accept,
    Settle,
    Administer,
}
