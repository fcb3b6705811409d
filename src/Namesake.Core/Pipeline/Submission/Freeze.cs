using Namesake.Core.Brands;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>A submitter that may hand in no more, and whose queued mail stays; or, observed only, one that would.</summary>
/// <param name="Brand">Whose mail it handed in last; null: it has handed in nothing that is known of.</param>
/// <param name="Rule">As in <see cref="Anomaly"/>; "operator" when somebody said so.</param>
/// <param name="Reason">With the numbers, or in the operator's words.</param>
/// <param name="By">"relay", or who said so.</param>
/// <param name="Numbers">Of its day, when it was frozen.</param>
/// <param name="IsObserved">The rules say <see cref="AnomalyMode.Observe"/>: nothing is stopped.</param>
public sealed record Freeze(string Submitter, BrandId? Brand, string Rule, string Reason, string By, DateTimeOffset Since, SubmitterNumbers Numbers, bool IsObserved = false)
{
    public const string ByOperator = "operator";

    public const string ByRelay = "relay";

    /// <summary>The verb that ends it.</summary>
    public string Thaw => $"namesake submitters thaw {Quoted(Submitter)}";

    // A sender's name is what a client wrote: pasted into a shell it must stay one word and no command.
    private static string Quoted(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || "@._+-:".Contains(c, StringComparison.Ordinal)) ? name : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
