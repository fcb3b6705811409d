namespace Namesake.Core.Identity.Authentication;

/// <summary>Whether a domain that was authenticated stands for the domain in From.</summary>
public enum Alignment
{
    None,

    /// <summary>Only for receivers that know organisations by the list of public suffixes. RFC 7489 §3.2</summary>
    BySuffixList,

    /// <summary>Only for receivers that know organisations by the DMARC records above them. RFC 9989 §4.10.2</summary>
    ByTreeWalk,

    /// <summary>For all.</summary>
    Full,
}

/// <summary>Compares domains as DMARC does. RFC 9989 §4.4</summary>
public static class Alignments
{
    public static Alignment Of(DmarcWalk from, DmarcWalk authenticated, bool isStrict)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(authenticated);
        if (from.Domain == authenticated.Domain)
            return Alignment.Full;
        if (isStrict)
            return Alignment.None;
        return (from.Organisation == authenticated.Organisation, from.RegisteredDomain == authenticated.RegisteredDomain) switch
        {
            (true, true) => Alignment.Full,
            (true, false) => Alignment.ByTreeWalk,
            (false, true) => Alignment.BySuffixList,
            _ => Alignment.None,
        };
    }

    /// <summary>Both readings together; what one signature lacks another may have.</summary>
    public static Alignment Join(Alignment one, Alignment other) => (one, other) switch
    {
        (Alignment.Full, _) or (_, Alignment.Full) => Alignment.Full,
        (Alignment.None, _) => other,
        (_, Alignment.None) => one,
        _ => one == other ? one : Alignment.Full,
    };
}
