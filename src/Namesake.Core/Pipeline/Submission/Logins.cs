using System.Net;
using Namesake.Core.Brands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Decides on a login: by memory, else by checking the password, unless the client's address has guessed too often.</summary>
internal sealed class Logins(TimeProvider time) : IDisposable
{
    private readonly PasswordQueue _passwords = new();
    private readonly VerifiedLogins _verified = new(time);
    private readonly FailedLogins _failed = new(time);

    /// <param name="user">Null: nobody has that name. It takes as long as a wrong password.</param>
    public async Task<LoginAnswer> CheckAsync(IPAddress client, UserModel? user, string password, CancellationToken stop)
    {
        // First, so that somebody's forgotten password doesn't lock out the others behind the same address.
        if (user is not null && _verified.Knows(user, password))
            return new LoginAnswer(LoginResult.Right);
        if (_failed.ClosedFor(client) is { Ticks: > 0 } closed)
            return new LoginAnswer(LoginResult.Closed, closed);
        var matches = await _passwords.CheckAsync(client, () => user?.PasswordHash.Verify(password) ?? PasswordHash.VerifyNobody(password), stop);
        if (matches is null)
            return new LoginAnswer(LoginResult.Crowded);
        if (matches is false || user is null)
        {
            _failed.Failed(client);
            return new LoginAnswer(LoginResult.Wrong);
        }
        _verified.Remember(user, password);
        return new LoginAnswer(LoginResult.Right);
    }

    public void Dispose() => _passwords.Dispose();
}

/// <param name="ClosedFor">With <see cref="LoginResult.Closed"/>: when to come again.</param>
internal readonly record struct LoginAnswer(LoginResult Result, TimeSpan ClosedFor = default)
{
    /// <summary>What the client is told; null: it is logged in. 454 is a temporary failure (RFC 4954 §6): a client with the right password asks again.</summary>
    public SmtpReply? Refusal => Result switch
    {
        LoginResult.Right => null,
        LoginResult.Crowded => SmtpReply.Of(454, "4.7.0", "Too many logins from your address at once; try again in a moment"),
        LoginResult.Closed => SmtpReply.Of(454, "4.7.0", $"Too many failed logins from your address; try again in {Math.Ceiling(ClosedFor.TotalSeconds)} seconds"),
        _ => SmtpReply.Of(535, "5.7.8", "Authentication credentials invalid"),
    };
}

internal enum LoginResult
{
    Right,
    Wrong,

    /// <summary>Too many of this client wait to be checked; nothing was.</summary>
    Crowded,

    /// <summary>Too many of this client were wrong; nothing was checked.</summary>
    Closed,
}
