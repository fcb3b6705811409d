using Namesake.Core.Messages;

namespace Namesake.Web.Queue;

/// <summary>Mail kept back by somebody's word, unlike a hold, which a check makes.</summary>
/// <param name="Until">When it ends by itself; null: when it is released.</param>
public sealed record KeptView(string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until)
{
    public static KeptView? Of(MailHold? hold) => hold is null ? null : new KeptView(hold.Reason, hold.By, hold.Since, hold.Until);
}
