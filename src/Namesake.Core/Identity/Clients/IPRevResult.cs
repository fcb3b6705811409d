namespace Namesake.Core.Identity.Clients;

/// <summary>The results of the method iprev, reverse DNS that leads back. RFC 8601 §3</summary>
public enum IPRevResult
{
    /// <summary>At least one PTR name has an address record with the client's address.</summary>
    Pass,

    /// <summary>There are PTR names, and none of them leads back.</summary>
    Fail,

    /// <summary>DNS did not tell.</summary>
    TempError,

    /// <summary>There is no PTR record.</summary>
    PermError,
}
