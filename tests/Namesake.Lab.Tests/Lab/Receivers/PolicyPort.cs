namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>Where the lab's Postfix asks a policy service, and how.</summary>
public static class PolicyPort
{
    /// <summary>As docs/policy.md advises: among the client's restrictions, after those that let our own through.</summary>
    public const int Client = 2501;

    /// <summary>Among the recipient's restrictions, without letting anybody through before.</summary>
    public const int Recipient = 2502;

    /// <summary>As if there were no policy, while nobody answers.</summary>
    public const int DoWithout = 2503;

    /// <summary>Over TCP.</summary>
    public const int Tcp = 2504;

    /// <summary>With header_checks that take every Authentication-Results field away.</summary>
    public const int Stripping = 2505;
}
