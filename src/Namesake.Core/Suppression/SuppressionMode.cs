namespace Namesake.Core.Suppression;

/// <summary>Whether receivers' replies suppress anybody.</summary>
public enum SuppressionMode
{
    /// <summary>No. Only what a person wrote into the list stops mail.</summary>
    Off,

    /// <summary>Yes, by <see cref="SuppressionRules"/>.</summary>
    On,
}
