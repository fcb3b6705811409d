using System.Collections.Immutable;
using Namesake.Core.Pipeline;

namespace Namesake.Configuration;

/// <summary>What a changed file changes in a running relay.</summary>
/// <param name="Live">Takes effect when <paramref name="Effective"/> is swapped in: for the next session, the next message.</param>
/// <param name="NeedsRestart">Stays as it was until the relay starts anew: it is built into what is running.</param>
/// <param name="Effective">The new configuration with the old values of what needs a restart.</param>
public sealed record ReloadPlan(ImmutableArray<ConfigurationChange> Live, ImmutableArray<ConfigurationChange> NeedsRestart, NamesakeConfiguration Effective)
{
    /// <summary>Compares all there is: what isn't named here by hand is found by its properties, so that a new key can't be forgotten.</summary>
    public static ReloadPlan Between(NamesakeConfiguration running, NamesakeConfiguration next)
    {
        ArgumentNullException.ThrowIfNull(running);
        ArgumentNullException.ThrowIfNull(next);
        var (before, after) = (running.Relay, next.Relay);
        var live = new ConfigurationDifference();
        live.Each("brands", before.Brands.All, after.Brands.All, brand => brand.Id.Value);
        live.Each("resellers", before.Brands.Resellers, after.Brands.Resellers, reseller => reseller.Id.Value);
        live.Each("sources", before.Sources.All, after.Sources.All, source => source.Id.Value);
        live.InOrder("routes", before.Routes, after.Routes);
        live.InOrder("sites", before.Sites, after.Sites);
        live.Each("users", before.Users, after.Users, user => user.Name);
        live.Each("clients", before.Clients, after.Clients, client => client.Range.ToString());
        live.Each("certificates", before.Certificates, after.Certificates, certificate => string.Join(", ", certificate.Names));
        live.Each("witnesses", before.Witnesses, after.Witnesses, witness => $"{witness.Host}:{witness.Port}");
        live.Each("listeners", before.Listeners, after.Listeners, listener => listener.Address.ToString());
        live.Properties("", before, after,
            nameof(RelayModel.Node), nameof(RelayModel.Listeners), nameof(RelayModel.Brands), nameof(RelayModel.Sources), nameof(RelayModel.Routes), nameof(RelayModel.Sites),
            nameof(RelayModel.Users), nameof(RelayModel.Clients), nameof(RelayModel.Certificates), nameof(RelayModel.Witnesses));
        live.Properties("alarms", running.Alarms, next.Alarms);

        var restart = new ConfigurationDifference();
        restart.Value("node", before.Node, after.Node);
        restart.Value("data", running.DataDirectory, next.DataDirectory);
        restart.Properties("dns", running.Resolver, next.Resolver);
        restart.Properties("api", running.Api, next.Api);
        restart.Properties("spool", running.Spool, next.Spool, nameof(running.Spool.DataDirectory));
        if (running.Database is { } database && next.Database is { } successor)
            restart.Properties("database", database, successor);
        else
            restart.Value("database", running.Database?.Place, next.Database?.Place);
        restart.Properties("identity", running.Identity, next.Identity);
        restart.Properties("reputation", running.Listing, next.Listing);
        restart.Properties("submission", running.Submission, next.Submission);
        restart.Properties("delivery", running.Delivery.Retry, next.Delivery.Retry);
        restart.Properties("delivery: timeouts", running.Delivery.Timeouts, next.Delivery.Timeouts);
        restart.Properties("delivery", running.Delivery.Dispatcher, next.Delivery.Dispatcher);
        restart.Properties("logging", running.Logging, next.Logging);
        return new ReloadPlan(live.Changes, restart.Changes, running with { Relay = after with { Node = before.Node }, Alarms = next.Alarms });
    }
}
