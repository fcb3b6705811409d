using System.Text.Json;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Clients;

/// <summary>A mail client that real applications use, run inside a lab host.</summary>
/// <param name="Name">As its users know it.</param>
/// <param name="SendAsync">Sends and returns how that ended, with all that was said.</param>
public sealed record RealClient(string Name, Func<LabHost, Submission, Task<ProgramResult>> SendAsync)
{
    public static IReadOnlyList<RealClient> All { get; } =
        [new("swaks", SwaksAsync), new("curl", CurlAsync), new("smtplib", SmtplibAsync), new("Nodemailer", NodemailerAsync), new("MailKit", MailKitAsync)];

    public static RealClient Named(string name) => All.Single(client => client.Name == name);

    public override string ToString() => Name;

    private static Task<ProgramResult> SwaksAsync(LabHost host, Submission what)
    {
        List<string> arguments =
        [
            "--server", what.Server.Address.ToString(), "--port", $"{what.Server.Port}", "--ehlo", what.Ehlo, "--from", what.Sender, "--to", string.Join(',', what.Recipients),
            "--header", $"Subject: {what.Subject}", "--header", MessageIdOf(what), "--body", what.Body, "--timeout", "30",
        ];
        if (what.BindTo is not null)
        {
            arguments.AddRange(["--local-interface", what.BindTo.ToString()]);
        }

        if (what.StartTls)
        {
            arguments.Add("--tls");
        }

        if (what.User is not null)
        {
            arguments.AddRange(["--auth", "PLAIN", "--auth-user", what.User, "--auth-password", what.Password!]);
        }

        return host.RunAsync("swaks", [.. arguments]);
    }

    private static Task<ProgramResult> CurlAsync(LabHost host, Submission what)
    {
        List<string> arguments =
        [
            "--silent", "--show-error", "--verbose", "--max-time", "30", "--upload-file", "-", "--mail-from", what.Sender,
            .. what.Recipients.SelectMany(recipient => new[] { "--mail-rcpt", recipient }),
        ];
        if (what.BindTo is not null)
        {
            arguments.AddRange(["--interface", what.BindTo.ToString()]);
        }

        if (what.StartTls)
        {
            arguments.AddRange(["--ssl-reqd", "--insecure"]);
        }

        if (what.User is not null)
        {
            arguments.AddRange(["--user", $"{what.User}:{what.Password}"]);
        }

        var message = $"From: <{what.Sender}>\r\nTo: <{what.Recipients[0]}>\r\nSubject: {what.Subject}\r\n{MessageIdOf(what)}\r\n\r\n{what.Body.ReplaceLineEndings("\r\n")}";
        return host.FeedAsync(message, "curl", [.. arguments, $"smtp://{what.Server}/{what.Ehlo}"]);
    }

    private static Task<ProgramResult> SmtplibAsync(LabHost host, Submission what) =>
        host.FeedAsync(Describe(what), "python3", Script("send.py"));

    private static Task<ProgramResult> NodemailerAsync(LabHost host, Submission what) =>
        host.FeedAsync(Describe(what), "node", Script("send.js"));

    private static async Task<ProgramResult> MailKitAsync(LabHost host, Submission what)
    {
        var message = new MimeMessage { Subject = what.Subject, Body = new TextPart("plain") { Text = what.Body }, MessageId = $"{what.Subject}-0@client.example" };
        message.From.Add(MailboxAddress.Parse(what.Sender));
        message.To.AddRange(what.Recipients.Select(recipient => MailboxAddress.Parse(recipient)));

        // It runs in the test process, over a socket of the host's network.
#pragma warning disable CA5359 // The lab's certificates are its own; what is tried is that client and server get through the handshake.
        using var client = new SmtpClient { LocalDomain = what.Ehlo, ServerCertificateValidationCallback = static (_, _, _, _) => true, Timeout = 30_000 };
#pragma warning restore CA5359
        try
        {
            using var socket = await host.DialAsync(what.Server, what.BindTo);
            await client.ConnectAsync(socket, what.Server.Address.ToString(), what.Server.Port, what.StartTls ? SecureSocketOptions.StartTls : SecureSocketOptions.None);
            if (what.User is not null)
            {
                await client.AuthenticateAsync(what.User, what.Password!);
            }

            var reply = await client.SendAsync(message);
            await client.DisconnectAsync(quit: true);
            return new ProgramResult("MailKit", 0, reply);
        }
        catch (Exception e) when (e is SmtpCommandException or SmtpProtocolException or AuthenticationException or System.Net.Sockets.SocketException or IOException)
        {
            return new ProgramResult("MailKit", 1, e.Message);
        }
    }

    private static string MessageIdOf(Submission what) => $"Message-Id: <{what.Subject}-0@client.example>";

    private static string Script(string name) => Path.Combine(LabRequirements.Root, "tests", "Namesake.Lab.Tests", "Clients", name);

    private static string Describe(Submission what) => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["server"] = what.Server.Address.ToString(),
        ["port"] = what.Server.Port,
        ["ehlo"] = what.Ehlo,
        ["sender"] = what.Sender,
        ["recipients"] = what.Recipients,
        ["subject"] = what.Subject,
        ["count"] = what.Count,
        ["bind"] = what.BindTo?.ToString(),
        ["starttls"] = what.StartTls,
        ["user"] = what.User,
        ["password"] = what.Password,
        ["body"] = what.Body,
        ["modules"] = LabRequirements.Nodemailer,
    });
}
