namespace Namesake.PolicyService;

/// <summary>What Postfix is told for a verdict. There is no "accept": this check never lets anybody past another one.</summary>
public enum PolicyAnswer
{
    /// <summary>Nothing: the next restriction decides.</summary>
    Dunno,

    /// <summary>A header field says what was found, and the next restriction decides.</summary>
    Prepend,

    /// <summary>Postfix's log says what was found, beside the message, and the next restriction decides.</summary>
    Warn,

    /// <summary>450: the client is to come again.</summary>
    Defer,

    /// <summary>550.</summary>
    Reject,
}
