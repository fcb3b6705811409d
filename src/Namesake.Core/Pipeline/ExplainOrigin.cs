namespace Namesake.Core.Pipeline;

/// <summary>How a message would come in, as far as the asker says.</summary>
/// <param name="Listener">Null: any; its brand is no signal then.</param>
/// <param name="User">Null: without a login.</param>
public sealed record ExplainOrigin(ListenerModel? Listener, UserModel? User)
{
    public static readonly ExplainOrigin Unsaid = new(null, null);
}
