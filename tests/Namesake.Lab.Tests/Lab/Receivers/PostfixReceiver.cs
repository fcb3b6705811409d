using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>A real Postfix with the checks of 2007: the client's name must be confirmed forwards, the EHLO name must be found.</summary>
public sealed class PostfixReceiver : IAsyncDisposable
{
    private readonly HostProgram _postfix;

    private PostfixReceiver(LabHost host, HostProgram postfix)
    {
        _postfix = postfix;
        Inbox = new Maildir(Path.Combine(host.Folder, "var/spool/inbox"));
    }

    /// <summary>All accepted mail, whoever it was for.</summary>
    public Maildir Inbox { get; }

    public string Log => _postfix.Tail();

    public static async Task<PostfixReceiver> StartAsync(LabHost host, LabReceiver place)
    {
        var etc = Path.Combine(host.Folder, "etc");
        await Users.AddAsync(etc, ("postfix", 901), ("postdrop", 902), ("inbox", 903));
        Directory.CreateDirectory(Path.Combine(etc, "postfix"));
        await File.WriteAllTextAsync(Path.Combine(etc, "postfix", "main.cf"), MainConfiguration(place));
        await File.WriteAllTextAsync(Path.Combine(etc, "postfix", "master.cf"), MasterConfiguration);
        var receiver = await host.RunAsync("sh", "-c", "mkdir -p /var/spool/postfix /var/lib/postfix /var/spool/inbox && chown postfix: /var/lib/postfix && chown inbox: /var/spool/inbox");
        receiver.MustSucceed();
        return new PostfixReceiver(host, host.Start("postfix", "start-fg"));
    }

    public ValueTask DisposeAsync() => _postfix.DisposeAsync();

    // Refusals are permanent (the codes of many who mean it) so that a test sees them at once; Postfix's own default is 450.
    private static string MainConfiguration(LabReceiver place) =>
        $"""
        compatibility_level = 3.6
        maillog_file = /dev/stdout
        myhostname = {place.Host}
        mydestination =
        mynetworks = 127.0.0.0/8
        inet_interfaces = all
        inet_protocols = all
        default_process_limit = 60

        smtpd_helo_required = yes
        smtpd_client_restrictions = reject_unknown_client_hostname
        smtpd_helo_restrictions = reject_non_fqdn_helo_hostname, reject_unknown_helo_hostname
        smtpd_relay_restrictions = reject_unauth_destination
        unknown_client_reject_code = 550
        unknown_hostname_reject_code = 550
        smtpd_client_connection_count_limit = 0
        smtpd_client_connection_rate_limit = 0
        smtpd_error_sleep_time = 0

        virtual_mailbox_domains = {place.Domain}, v6.{place.Domain}
        virtual_mailbox_base = /var/spool
        virtual_mailbox_maps = static:inbox/
        virtual_uid_maps = static:903
        virtual_gid_maps = static:903
        """ + "\n";

    private const string MasterConfiguration =
        """
        smtp       inet  n - n - - smtpd
        pickup     unix  n - n 60 1 pickup
        cleanup    unix  n - n - 0 cleanup
        qmgr       unix  n - n 300 1 qmgr
        rewrite    unix  - - n - - trivial-rewrite
        bounce     unix  - - n - 0 bounce
        defer      unix  - - n - 0 bounce
        trace      unix  - - n - 0 bounce
        verify     unix  - - n - 1 verify
        proxymap   unix  - - n - - proxymap
        error      unix  - - n - - error
        retry      unix  - - n - - error
        discard    unix  - - n - - discard
        virtual    unix  - n n - 20 virtual
        anvil      unix  - - n - 1 anvil
        scache     unix  - - n - 1 scache
        showq      unix  n - n - - showq
        postlog    unix-dgram n - n - 1 postlogd

        """;
}
