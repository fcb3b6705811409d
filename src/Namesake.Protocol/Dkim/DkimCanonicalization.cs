namespace Namesake.Protocol.Dkim;

/// <summary>What may happen to a message on its way without breaking its signature. RFC 6376 §3.4</summary>
public enum DkimCanonicalization
{
    /// <summary>Header fields may be folded anew and white space in a line may grow, shrink or vanish at its end: what servers do to mail in practice. RFC 6376 §3.4.2, §3.4.4</summary>
    Relaxed,

    /// <summary>Nothing may, but empty lines at the end of the body may come or go. RFC 6376 §3.4.1, §3.4.3</summary>
    Simple,
}
