using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>A real Postfix with the checks of 2007: the client's name must be confirmed forwards, the EHLO name must be found. On further ports it asks a policy service instead
/// (<see cref="PolicyPort"/>), in a chroot as Debian runs it.</summary>
public sealed class PostfixReceiver : IAsyncDisposable
{
    private readonly HostProgram _postfix;

    private PostfixReceiver(LabHost host, HostProgram postfix)
    {
        _postfix = postfix;
        Host = host;
        Inbox = new Maildir(Path.Combine(host.Folder, "var/spool/inbox"));
    }

    public LabHost Host { get; }

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
        var receiver = await host.RunAsync("sh", "-c", "mkdir -p /var/spool/postfix/etc /var/spool/postfix/namesake /var/lib/postfix /var/spool/inbox && chown postfix: /var/lib/postfix && chown inbox: /var/spool/inbox"
            + " && install -d -o root -g postfix -m 2750 /var/spool/postfix/namesake && cp /etc/resolv.conf /etc/nsswitch.conf /etc/hosts /etc/services /var/spool/postfix/etc");
        receiver.MustSucceed();
        return new PostfixReceiver(host, host.Start("postfix", "start-fg"));
    }

    public ValueTask DisposeAsync() => _postfix.DisposeAsync();

    // What Postfix changes by itself when all its processes are in use (stress_adaptive) is fixed at what it is in quiet: a busy machine must not change what is said.
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
        smtpd_hard_error_limit = 20
        smtpd_junk_command_limit = 100
        smtpd_timeout = 300s

        virtual_mailbox_domains = {place.Domain}, v6.{place.Domain}
        virtual_mailbox_base = /var/spool
        virtual_mailbox_maps = static:inbox/
        virtual_uid_maps = static:903
        virtual_gid_maps = static:903
        """ + "\n";

    private const string MasterConfiguration =
        """
        smtp       inet  n - n - - smtpd
        2501       inet  n - y - - smtpd
          -o { smtpd_client_restrictions = permit_mynetworks, permit_sasl_authenticated, check_policy_service unix:namesake/policy }
          -o smtpd_helo_restrictions=
          -o smtpd_authorized_xclient_hosts=203.0.113.135
        2502       inet  n - y - - smtpd
          -o smtpd_client_restrictions=
          -o smtpd_helo_restrictions=
          -o { smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service unix:namesake/policy }
          -o smtpd_authorized_xclient_hosts=203.0.113.135
        2503       inet  n - y - - smtpd
          -o { smtpd_client_restrictions = check_policy_service { unix:namesake/policy, default_action=DUNNO } }
          -o smtpd_helo_restrictions=
        2504       inet  n - y - - smtpd
          -o { smtpd_client_restrictions = check_policy_service inet:127.0.0.1:10040 }
          -o smtpd_helo_restrictions=
        2505       inet  n - y - - smtpd
          -o { smtpd_client_restrictions = check_policy_service unix:namesake/policy }
          -o smtpd_helo_restrictions=
          -o cleanup_service_name=strip
        2506       inet  n - n - - smtpd
          -o smtpd_client_restrictions=
          -o smtpd_helo_restrictions=
        2507       inet  n - n - - smtpd
          -o smtpd_client_restrictions=
          -o smtpd_helo_restrictions=
          -o mynetworks=0.0.0.0/0
          -o { smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination }
        2508       inet  n - n - - smtpd
          -o smtpd_client_restrictions=
          -o smtpd_helo_restrictions=
          -o virtual_mailbox_maps=inline:{bob@postfix.example=inbox/}
        strip      unix  n - n - 0 cleanup
          -o { header_checks = regexp:{ {/^Authentication-Results:/ IGNORE} } }
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
