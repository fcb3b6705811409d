namespace Namesake.Core.Suppression;

/// <summary>Who says that nothing goes there. The numbers are stored.</summary>
public enum SuppressionOrigin
{
    /// <summary>The receiver, in its replies.</summary>
    Reply = 1,

    /// <summary>A person.</summary>
    Hand = 2,

    /// <summary>A list that was taken over.</summary>
    Import = 3,

    /// <summary>The receiver, in bounce messages that a person brought.</summary>
    Bounce = 4,
}
