namespace Namesake.Demo;

/// <summary>What a name server can get wrong, one name at a time.</summary>
public enum DemoDnsFault
{
    None,

    /// <summary>No reply at all.</summary>
    Silent,
    ServerFailure,
    Refused,

    /// <summary>TC over UDP: the client has to come back over TCP.</summary>
    Truncated,

    /// <summary>TC over TCP as well, which makes no sense.</summary>
    TruncatedAlways,

    /// <summary>The right id, then octets that are no message.</summary>
    Garbage,

    /// <summary>Octets that have nothing to do with the question.</summary>
    Noise,

    /// <summary>A reply with another id, as a forger's guess would have.</summary>
    WrongId,

    /// <summary>A reply to another question.</summary>
    WrongQuestion,

    /// <summary>The records, but without authority: a server that was delegated to and does not know.</summary>
    Lame,

    /// <summary>FORMERR to a question with EDNS, as servers before RFC 2671 answer.</summary>
    NoEdns,

    /// <summary>An address for names that don't exist, as resolvers that sell advertisements give.</summary>
    Invents,
}
