namespace Namesake.Demo;

/// <summary>What a demo receiver asks of a client's identity.</summary>
public enum DemoHabit
{
    /// <summary>Nothing: it would take misnamed mail, so a leak would show here.</summary>
    None,

    /// <summary>A PTR whose name resolves back: the rule of most large receivers.</summary>
    ForwardConfirmed,

    /// <summary>And the EHLO name must be the PTR name: the rule of the article of 2007.</summary>
    Strict,
}
