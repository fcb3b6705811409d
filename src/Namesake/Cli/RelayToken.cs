using Namesake.Web.Access;

namespace Namesake.Cli;

/// <summary>The token of the API, read for a client.</summary>
internal static class RelayToken
{
    public static string Read(string path, Terminal terminal)
    {
        try
        {
            var token = TokenFile.Read(path) ?? throw new CliException(ExitCode.Unknown, $"{path} holds no token: remove it, the relay makes a new one when it starts");
            if (TokenFile.IsExposed(path))
                terminal.Hint($"warning: {path} can be read by others than its owner: the relay will replace it at its next start; chmod 600 it now");
            return token;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(ExitCode.Unknown, $"there is no token file {path}: the relay makes it when it starts. Has it been started with this configuration?");
        }
        catch (UnauthorizedAccessException)
        {
            var owner = FileOwner.Of(path);
            throw new CliException(ExitCode.Unknown, owner is null
                ? $"{path} can't be read: only the relay's own user may. Run this command as that user"
                : $"{path} can't be read: only its owner {owner} may. Run this command as {owner}: sudo -u {owner} namesake …");
        }
        catch (IOException trouble)
        {
            throw new CliException(ExitCode.Unknown, $"{path} can't be read: {trouble.Message}");
        }
    }
}
