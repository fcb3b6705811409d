using Namesake.Core.Firewall;
using Namesake.Core.Plans;

namespace Namesake.Tests.Plans;

/// <summary>A firewall that is only looked at: it has no table of ours, and nobody may write it.</summary>
internal sealed class ReadFirewall : IFirewall
{
    public string Id => "edge";

    public string Name => "the edge";

    public Task<FirewallReading> ReadAsync(CancellationToken cancellation) => Task.FromResult(new FirewallReading(null, "", null, null));

    public Task<string?> CheckAsync(TranslationChange change, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<WriteResult> WriteAsync(TranslationChange change, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<int?> ForgetConnectionsAsync(TranslationChange change, CancellationToken cancellation) => throw new NotSupportedException();
}
