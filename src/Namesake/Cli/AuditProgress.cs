using System.Collections.Immutable;
using Namesake.Web.Audits;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>A bar while an audit runs: only where a person looks, and gone before the report is written.</summary>
internal static class AuditProgress
{
    public static async Task<ImmutableArray<AuditView>> ShowAsync(Terminal terminal, bool forPeople, int steps, Func<IProgress<string>, Task<ImmutableArray<AuditView>>> work)
    {
        if (!forPeople || !terminal.Console.Profile.Capabilities.Interactive)
            return await work(new Steps(null));
        return await terminal.Console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context => await work(new Steps(context.AddTask("looking", maxValue: steps))));
    }

    // Not Progress<T>: that one reports on another thread, after the bar is gone.
    private sealed class Steps(ProgressTask? bar) : IProgress<string>
    {
        public void Report(string value)
        {
            if (bar is null)
                return;
            bar.Description = Terminal.Plain(value);
            bar.Increment(1);
        }
    }
}
