using System.Globalization;
using Namesake.Network.Tests.RealServers;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>A Postfix with two doors at port 25: at one it knows postmaster and abuse of every domain of the scenarios that ask, at the other neither.</summary>
internal sealed class ScenarioMailHosts : IAsyncDisposable
{
    // Mail hosts are asked at port 25 and no other: addresses of this process's own, so that two runs of the tests don't meet.
    private static readonly string Network = string.Create(CultureInfo.InvariantCulture, $"127.{100 + Environment.ProcessId % 100}.{Environment.ProcessId / 100 % 250}");

    private RealPostfix? _postfix;

    public static string Taking => $"{Network}.88";

    public static string Refusing => $"{Network}.89";

    public static string Absent => $"{Network}.90";

    public async Task StartAsync(IEnumerable<string> domains)
    {
        _postfix = new RealPostfix
        {
            Domains = string.Join(", ", domains),
            Doors = $$"""
                {{Taking}}:25 inet n - n - - smtpd -o smtpd_peername_lookup=no -o { local_recipient_maps = inline:{ { postmaster = x }, { abuse = x } } }
                {{Refusing}}:25 inet n - n - - smtpd -o smtpd_peername_lookup=no -o { smtpd_recipient_restrictions = check_recipient_access static:{550 5.1.1 no such mailbox}, reject }
                """,
        };
        await _postfix.StartedAsync();
    }

    public ValueTask DisposeAsync() => _postfix?.DisposeAsync() ?? ValueTask.CompletedTask;
}
