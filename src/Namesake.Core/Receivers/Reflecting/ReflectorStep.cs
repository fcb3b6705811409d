using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Reflecting;

/// <summary>What a reflector does next. A closed family.</summary>
public abstract record ReflectorStep
{
    private ReflectorStep()
    {
    }

    /// <summary>Say this and go on.</summary>
    public sealed record Reply(SmtpReply Answer) : ReflectorStep;

    /// <summary>Say this and hang up.</summary>
    public sealed record Close(SmtpReply Answer) : ReflectorStep;

    /// <summary>Find out what the client's address and name are worth and give it to <see cref="ReflectorDialogue.Answer"/>.</summary>
    public sealed record Look(string Heard) : ReflectorStep;

    /// <summary>Say this, make the handshake, then call <see cref="ReflectorDialogue.TlsStarted"/>.</summary>
    public sealed record UpgradeToTls(SmtpReply Answer) : ReflectorStep;
}
