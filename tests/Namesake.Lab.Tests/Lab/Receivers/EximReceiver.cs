using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>A real Exim that takes EHLO at its word: the name must be the client's. Its EHLO reply echoes the client's address.</summary>
public sealed class EximReceiver : IAsyncDisposable
{
    private readonly HostProgram _exim;
    private readonly string _log;

    private EximReceiver(LabHost host, HostProgram exim)
    {
        _exim = exim;
        _log = Path.Combine(host.Folder, "var/log/exim4");
        Inbox = new Maildir(Path.Combine(host.Folder, "var/spool/inbox"));
    }

    public Maildir Inbox { get; }

    public string Log =>
        $"{_exim.Tail()}\n{string.Join('\n', Directory.Exists(_log) ? Directory.GetFiles(_log).SelectMany(file => File.ReadLines(file).TakeLast(20)) : [])}";

    public static async Task<EximReceiver> StartAsync(LabHost host, LabReceiver place)
    {
        var etc = Path.Combine(host.Folder, "etc");
        await Users.AddAsync(etc, ("Debian-exim", 911), ("inbox", 903));
        Directory.CreateDirectory(Path.Combine(etc, "exim4"));
        await File.WriteAllTextAsync(Path.Combine(etc, "exim4", "exim4.conf"), Configure(place));
        (await host.RunAsync("sh", "-c", "mkdir -p /var/spool/exim4 /var/log/exim4 /var/spool/inbox /run/exim4 && chown Debian-exim: /var/spool/exim4 /var/log/exim4 && chown inbox: /var/spool/inbox")).MustSucceed();
        return new EximReceiver(host, host.Start("exim4", "-bdf", "-q1m"));
    }

    public ValueTask DisposeAsync() => _exim.DisposeAsync();

    private static string Configure(LabReceiver place) =>
        $$"""
        primary_hostname = {{place.Host}}
        domainlist ours = {{place.Domain}} : v6.{{place.Domain}}
        helo_verify_hosts = *
        acl_smtp_rcpt = rcpt
        acl_smtp_data = accept
        never_users = root
        rfc1413_query_timeout = 0s
        smtp_accept_max = 200
        smtp_accept_max_per_connection = 10000
        smtp_accept_queue_per_connection = 10000
        smtp_load_reserve = 1000
        tls_advertise_hosts =
        log_selector = +smtp_protocol_error +smtp_syntax_error

        begin acl
        rcpt:
          accept domains = +ours
          deny   message = relay not permitted

        begin routers
        ours:
          driver = accept
          domains = +ours
          transport = inbox

        begin transports
        inbox:
          driver = appendfile
          directory = /var/spool/inbox
          maildir_format
          create_directory
          user = inbox
          group = inbox
          delivery_date_add
          envelope_to_add

        begin retry
        * * F,1h,1m
        """ + "\n";
}
