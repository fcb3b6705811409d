using Microsoft.Extensions.Hosting;

namespace Namesake.Web;

/// <summary>Signals of the process are the composition root's business: a web host inside it must not take them.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
