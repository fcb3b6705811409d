namespace Namesake.Core.Pipeline.Delivery;

/// <summary>A failure that more than one message would meet.</summary>
/// <param name="Reason">For people: what happened, where.</param>
public sealed record Trouble(TroubleDepth Depth, string Reason)
{
    /// <summary>None of the hosts said anything over this source's family: another of its brand may reach them over the other.</summary>
    public bool NobodyAnswers { get; init; }
}

/// <summary>Who rests after a failure.</summary>
public enum TroubleDepth
{
    /// <summary>The set of hosts: nobody answered there. Says nothing of others under the same operator.</summary>
    Destination,

    /// <summary>The source's whole lane to the site: the operator answered, and what was said is about us, or it is our own machine that can't.</summary>
    Lane,
}
