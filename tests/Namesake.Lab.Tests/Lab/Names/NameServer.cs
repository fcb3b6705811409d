using System.Text;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Names;

/// <summary>One real BIND, authoritative for the lab's zones, as primary or as secondary that transfers them.</summary>
public sealed class NameServer : IAsyncDisposable
{
    private readonly LabHost _host;
    private HostProgram _named;
    private bool _isDown;

    private NameServer(LabHost host, HostProgram named)
    {
        _host = host;
        _named = named;
    }

    public bool IsSilent { get; private set; }

    /// <summary>The end of its log, for failure messages.</summary>
    public string Log => _named.Tail();

    public static async Task<NameServer> StartAsync(LabHost host, bool primary, string key)
    {
        var folder = Directory.CreateDirectory(Path.Combine(host.Folder, "zones")).FullName;
        foreach (var zone in primary ? LabZones.All : [])
        {
            await File.WriteAllTextAsync(Path.Combine(folder, zone.FileName), zone.ToZoneFile());
        }

        await File.WriteAllTextAsync(Path.Combine(host.Folder, "named.conf"), Configure(folder, primary, key));
        return new NameServer(host, Launch(host));
    }

    /// <summary>Freezes it: questions get no answer until <see cref="Speak"/>.</summary>
    public void FallSilent()
    {
        _named.Freeze();
        IsSilent = true;
    }

    public void Speak()
    {
        if (_isDown)
        {
            _named = Launch(_host);
            _isDown = false;
        }

        _named.Thaw();
        IsSilent = false;
    }

    /// <summary>Ends and starts the process, as after a crash; dynamic changes are read again from its journals.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        Speak();
    }

    /// <summary>Ends it as a power cut would, until <see cref="Speak"/>.</summary>
    public async Task KillAsync()
    {
        await _named.KillAsync();
        await _named.DisposeAsync();
        _isDown = true;
    }

    public ValueTask DisposeAsync() => _named.DisposeAsync();

    // -g: in the foreground, log to standard error. Two threads are plenty on a machine that runs the whole lab.
    private static HostProgram Launch(LabHost host) => host.Start("named", "-g", "-4", "-n", "2", "-c", Path.Combine(host.Folder, "named.conf"));

    private static string Configure(string folder, bool primary, string key)
    {
        var text = new StringBuilder(
            $$"""
            key lab { algorithm hmac-sha256; secret "{{key}}"; };
            key guest { algorithm hmac-sha256; secret "{{key}}"; };
            controls { };
            options {
                directory "{{folder}}";
                pid-file none;
                session-keyfile none;
                listen-on { any; };
                recursion no;
                dnssec-validation no;
                empty-zones-enable no;
                allow-transfer { {{LabPlan.Names2}}; key lab; };
                notify-delay 0;
                min-refresh-time 1;
                masterfile-format text;
            };

            """);
        foreach (var zone in LabZones.All)
        {
            var name = zone.Origin.Length == 0 ? "." : zone.Origin;
            var role = primary ? "type primary; allow-update { key lab; };" : $"type secondary; primaries {{ {LabPlan.Names}; }};";
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"zone \"{name}\" {{ {role} file \"{zone.FileName}\"; }};");
        }

        return text.ToString();
    }
}
