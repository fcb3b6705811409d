using System.Reflection;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Transcripts.Tests.Submission;

/// <summary>A spool whose disk fills between MAIL and the content: it sees no shortage beforehand, everything else is the real one's.</summary>
public class UnwarnedSpool : DispatchProxy
{
    private ISpool _spool = null!;

    internal static ISpool Around(ISpool spool)
    {
        var proxy = Create<ISpool, UnwarnedSpool>();
        ((UnwarnedSpool)proxy)._spool = spool;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(ISpool.Shortage) ? null : targetMethod.Invoke(_spool, BindingFlags.DoNotWrapExceptions, null, args, null);
}
