using System.Net;
using System.Security.Cryptography.X509Certificates;
using Namesake.Network.Tests.Sockets;

namespace Namesake.Network.Tests.RealServers;

/// <summary>Shared by the tests of a class: one Postfix with two doors, one that relays for nobody it doesn't know and one that knows the whole world.</summary>
public sealed class RealPostfix : IAsyncDisposable
{
    private const string Address = "127.0.0.74";

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-postfix-").FullName;
    private RealProgram? _postfix;
    private Task? _started;

    public IPEndPoint Closed { get; } = new(IPAddress.Parse(Address), RealProgram.FreePort(Address));

    public IPEndPoint Open { get; } = new(IPAddress.Parse(Address), RealProgram.FreePort(Address));

    /// <summary>Domains it takes mail for, beside its own name.</summary>
    public string Domains { get; init; } = "";

    /// <summary>Further doors, as lines of master.cf.</summary>
    public string Doors { get; init; } = "";

    /// <summary>The first test that asks starts it; the last one's end stops it.</summary>
    public Task StartedAsync()
    {
        RealProgram.SkipUnlessUnpacked("postfix");
        return _started ??= StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_postfix is not null)
            await _postfix.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "etc", "postfix"));
        await AccountAsync("passwd", "postfix:x:901:901::/nonexistent:/usr/sbin/nologin\npostdrop:x:902:902::/nonexistent:/usr/sbin/nologin\n");
        await AccountAsync("group", "postfix:x:901:\npostdrop:x:902:\n");
        var certificate = TestCertificates.For("mail.acme.example");
        await WriteAsync("chain.pem", ECDsaPem(certificate.Certificate) + "\n" + certificate.Certificate.ExportCertificatePem() + "\n" + certificate.Intermediates[0].ExportCertificatePem() + "\n");
        await WriteAsync("etc/postfix/main.cf", $$"""
            compatibility_level = 3.6
            maillog_file = /dev/stdout
            queue_directory = {{_folder}}/spool
            data_directory = {{_folder}}/lib
            myhostname = mail.acme.example
            mydestination = mail.acme.example {{Domains}}
            local_recipient_maps = inline:{ postmaster=x }
            mynetworks = 192.0.2.1/32
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
            smtpd_tls_security_level = may
            smtpd_tls_chain_files = {{_folder}}/chain.pem

            """);
        await WriteAsync("etc/postfix/master.cf", $$"""
            {{Closed}} inet n - n - - smtpd
            {{Open}} inet n - n - - smtpd -o mynetworks=0.0.0.0/0
            {{Doors}}
            cleanup    unix  n - n - 0 cleanup
            qmgr       unix  n - n 300 1 qmgr
            rewrite    unix  - - n - - trivial-rewrite
            bounce     unix  - - n - 0 bounce
            proxymap   unix  - - n - - proxymap
            anvil      unix  - - n - 1 anvil
            tlsmgr     unix  - - n 1000? 1 tlsmgr
            error      unix  - - n - - error
            local      unix  - n n - - local
            smtp       unix  - - n - - error
            postlog    unix-dgram n - n - 1 postlogd

            """);
        // Nothing of the machine's /etc or of its own Postfix, if it has one, is touched: the mounts are this process's only.
        await WriteAsync("start", $$"""
            set -e
            chmod 755 {{_folder}} # its own user has to find its queue
            mkdir -p {{_folder}}/spool {{_folder}}/lib
            mount -t overlay overlay -o "ro,lowerdir={{_folder}}/etc:$NAMESAKE_TEST_PACKAGES/etc:/etc" /etc
            chown postfix: {{_folder}}/lib
            exec postfix start-fg

            """);
        _postfix = await RealProgram.StartAsync("daemon started", "sh", Path.Combine(_folder, "start"));
    }

    private async Task AccountAsync(string file, string accounts)
    {
        // The machine may have the same package installed, and with it the accounts.
        var others = (await File.ReadAllLinesAsync("/etc/" + file)).Where(line => !line.StartsWith("post", StringComparison.Ordinal) || line.StartsWith("postgres", StringComparison.Ordinal));
        await WriteAsync("etc/" + file, string.Join('\n', others) + "\n" + accounts);
    }

    private static string ECDsaPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    private Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(_folder, file), text);
}
