using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>A place in a queue, for going on behind it.</summary>
/// <param name="AmongHeld">Behind all that waits.</param>
/// <param name="Due">Among the waiting, which are in the order of their time; microseconds.</param>
public readonly record struct RecipientPlace(bool AmongHeld, long Due, MessageId Message, int Ordinal);
