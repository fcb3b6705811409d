using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

[assembly: Namesake.Tests.Shared.Watched]

namespace Namesake.Tests.Shared;

/// <summary>Writes down which tests have been running for longer than any should, so that a run that was stopped says by whom it was kept.</summary>
/// <remarks>To the folder that <c>./test</c> names; without one nothing is written.</remarks>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class WatchedAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);
    private static readonly string? Folder = Environment.GetEnvironmentVariable("NAMESAKE_LONG_RUNNING");
    private static readonly ConcurrentDictionary<string, DateTimeOffset> Running = new(StringComparer.Ordinal);
    private static readonly Timer? Look = Folder is null ? null : new Timer(_ => Write(), null, Long, TimeSpan.FromSeconds(30));

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Look is not null)
            Running[test.TestDisplayName] = DateTimeOffset.UtcNow;
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => Running.TryRemove(test.TestDisplayName, out _);

    private static void Write()
    {
        var now = DateTimeOffset.UtcNow;
        var late = Running.Where(test => now - test.Value >= Long).OrderBy(test => test.Value).Select(test => $"{(now - test.Value).TotalSeconds:0} s: {test.Key}").ToList();
        var file = Path.Combine(Folder!, $"{typeof(WatchedAttribute).Assembly.GetName().Name}.{Environment.ProcessId}");
        if (late.Count > 0)
            File.WriteAllLines(file, late);
        else
            File.Delete(file);
    }
}
