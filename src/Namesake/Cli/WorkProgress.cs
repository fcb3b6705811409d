using Spectre.Console;

namespace Namesake.Cli;

/// <summary>A bar while something is looked at: only where a person looks, and gone before the report is written.</summary>
internal static class WorkProgress
{
    public static async Task<T> ShowAsync<T>(Terminal terminal, bool forPeople, int steps, Func<IProgress<string>, Task<T>> work)
    {
        if (!forPeople || !terminal.Console.Profile.Capabilities.Interactive)
            return await work(new ProgressSteps(null));
        return await terminal.Console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context => await work(new ProgressSteps(context.AddTask("looking", maxValue: steps))));
    }
}

/// <summary>Not <see cref="Progress{T}"/>: that one reports on another thread, after the bar is gone.</summary>
internal sealed class ProgressSteps(ProgressTask? bar) : IProgress<string>
{
    public void Report(string value)
    {
        if (bar is null)
            return;
        bar.Description = Terminal.Plain(value);
        bar.Increment(1);
    }
}
