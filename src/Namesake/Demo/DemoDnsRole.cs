namespace Namesake.Demo;

/// <summary>Whom the server plays.</summary>
public enum DemoDnsRole
{
    /// <summary>AA for its zones, referrals below them, REFUSED elsewhere.</summary>
    Authoritative,

    /// <summary>No AA; knows all zones it was given as if it had asked around, follows CNAMEs through them, NXDOMAIN elsewhere.</summary>
    Resolver,
}
