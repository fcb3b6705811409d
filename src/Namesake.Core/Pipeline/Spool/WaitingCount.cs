namespace Namesake.Core.Pipeline.Spool;

/// <param name="Due">Recipients that may be taken now.</param>
/// <param name="Later">Those whose time is still to come.</param>
/// <param name="Sending">Claimed: being tried now.</param>
/// <param name="Held">Kept back by a <see cref="Messages.MailHold"/>.</param>
public readonly record struct WaitingCount(long Due, long Later, long Sending, long Held = 0)
{
    public static WaitingCount operator +(WaitingCount a, WaitingCount b) => new(a.Due + b.Due, a.Later + b.Later, a.Sending + b.Sending, a.Held + b.Held);
}
