using System.Net;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Names;

/// <summary>A real Unbound that walks from the lab's root. Its cache forgets within seconds, so that tests see what they changed.</summary>
public sealed class Resolver : IAsyncDisposable
{
    private readonly LabHost _host;
    private readonly HostProgram _unbound;

    private Resolver(LabHost host, HostProgram unbound)
    {
        _host = host;
        _unbound = unbound;
    }

    public string Log => _unbound.Tail();

    /// <param name="more">More lines of its section <c>server</c>.</param>
    public static async Task<Resolver> StartAsync(LabHost host, IPAddress address, params string[] more)
    {
        var hints = Path.Combine(host.Folder, "root.hints");
        await File.WriteAllTextAsync(hints, $". 3600 NS ns1.nic.example.\nns1.nic.example. 3600 A {LabPlan.Names}\n. 3600 NS ns2.nic.example.\nns2.nic.example. 3600 A {LabPlan.Names2}\n");
        var configuration = Path.Combine(host.Folder, "unbound.conf");
        await File.WriteAllTextAsync(configuration, Configure(host.Folder, address, hints, more));
        return new Resolver(host, host.Start("unbound", "-d", "-d", "-c", configuration));
    }

    /// <summary>Freezes it: questions time out until <see cref="Speak"/>.</summary>
    public void FallSilent() => _unbound.Freeze();

    public void Speak() => _unbound.Thaw();

    /// <summary>Forgets everything it has learnt, at once.</summary>
    public async Task ForgetAsync() =>
        (await _host.RunAsync("unbound-control", "-c", Path.Combine(_host.Folder, "unbound.conf"), "reload")).MustSucceed();

    public ValueTask DisposeAsync() => _unbound.DisposeAsync();

    // A server that was silent is asked again within two seconds, each time for at most one (infra-*), or an outage in one test would be felt in the next.
    // The lab's ranges are among those a resolver answers by itself unless told otherwise (unblock-lan-zones).
    private static string Configure(string folder, IPAddress address, string hints, string[] more) =>
        $"""
        server:
            directory: "{folder}"
            chroot: ""
            username: ""
            pidfile: ""
            use-syslog: no
            verbosity: 1
            num-threads: 1
            interface: {address}
            access-control: 0.0.0.0/0 allow
            do-ip6: no
            module-config: "iterator"
            root-hints: "{hints}"
            unblock-lan-zones: yes
            insecure-lan-zones: yes
            qname-minimisation: no
            cache-max-ttl: 1
            cache-max-negative-ttl: 1
            infra-host-ttl: 2
            infra-cache-max-rtt: 1000
            infra-keep-probing: yes
            {string.Join("\n    ", more)}
        remote-control:
            control-enable: yes
            control-use-cert: no
            control-interface: {folder}/control
        """;
}
