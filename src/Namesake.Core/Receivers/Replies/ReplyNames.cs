using System.Collections.Frozen;
using System.Text;

namespace Namesake.Core.Receivers.Replies;

/// <summary>How classes and subclasses are spelled wherever they are shown: "identity", "PTR_MISSING". Stable: scripts read them.</summary>
public static class ReplyNames
{
    private static readonly FrozenDictionary<ReplyClass, string> Classes = Enum.GetValues<ReplyClass>().ToFrozenDictionary(value => value, value => value.ToString().ToLowerInvariant());

    private static readonly FrozenDictionary<ReplySubclass, string> Subclasses = Enum.GetValues<ReplySubclass>().ToFrozenDictionary(value => value, Spell);

    private static readonly FrozenDictionary<ReplySubclass, ReplyClass> Owners = Enum.GetValues<ReplySubclass>().ToFrozenDictionary(value => value, Owner);

    public static string Of(ReplyClass value) => Classes[value];

    /// <summary>Empty for <see cref="ReplySubclass.None"/>.</summary>
    public static string Of(ReplySubclass value) => value == ReplySubclass.None ? "" : Subclasses[value];

    public static string Of(ReplyConfidence value) => value switch { ReplyConfidence.High => "high", ReplyConfidence.Medium => "medium", _ => "low" };

    /// <summary>The class a subclass belongs to.</summary>
    public static ReplyClass ClassOf(ReplySubclass value) => Owners[value];

    private static string Spell(ReplySubclass value)
    {
        var name = value.ToString();
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
                text.Append('_');
            text.Append(char.ToUpperInvariant(name[i]));
        }

        return text.ToString();
    }

    private static ReplyClass Owner(ReplySubclass value) => value switch
    {
        ReplySubclass.None => ReplyClass.Unclassified,
        <= ReplySubclass.ReputationIdentityGated => ReplyClass.Identity,
        <= ReplySubclass.SourceUnusable => ReplyClass.Infrastructure,
        <= ReplySubclass.DomainBlocked => ReplyClass.Reputation,
        <= ReplySubclass.AddressDeferred => ReplyClass.Throttled,
        <= ReplySubclass.Greylisting => ReplyClass.Greylisted,
        <= ReplySubclass.Unauthenticated => ReplyClass.Authentication,
        <= ReplySubclass.Policy => ReplyClass.Content,
        <= ReplySubclass.RelayDenied => ReplyClass.Recipient,
        <= ReplySubclass.SenderUnverified => ReplyClass.Sender,
        <= ReplySubclass.Loop => ReplyClass.Protocol,
        _ => ReplyClass.Remote,
    };
}
