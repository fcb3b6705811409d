namespace Namesake.Core.Receivers;

/// <summary>What identity means on a route.</summary>
public enum RouteIdentity
{
    /// <summary>Everything applies, the fence included.</summary>
    Public,

    /// <summary>A smart host that sends on under its own identity: only EG-02, EG-03, EH-01 to EH-03, FB-08.</summary>
    Delegated,

    /// <summary>Our own or the customer's hosts: as delegated, private addresses allowed.</summary>
    Internal,
}
