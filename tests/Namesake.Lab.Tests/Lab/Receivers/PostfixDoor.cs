namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>Ports of the lab's Postfix on which it asks nobody who he is: as a server looks to strangers that knock.</summary>
public static class PostfixDoor
{
    /// <summary>Takes mail for its own domain, any mailbox.</summary>
    public const int Closed = 2506;

    /// <summary>Takes the whole world for its own network: an open relay.</summary>
    public const int OpenRelay = 2507;

    /// <summary>Knows one mailbox, and neither postmaster nor abuse.</summary>
    public const int OneMailbox = 2508;
}
