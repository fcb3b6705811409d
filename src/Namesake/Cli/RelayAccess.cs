using System.Net;
using Namesake.Configuration;

namespace Namesake.Cli;

/// <summary>Where a running relay's API is, and what opens it.</summary>
/// <param name="ConfigHint">The configuration file as it was named, for what we tell people to type.</param>
internal sealed record RelayAccess(Uri Api, string TokenFile, string ConfigHint)
{
    public static RelayAccess Find(string? config, string? api, string? tokenFile, Terminal terminal)
    {
        if (api is not null)
        {
            if (!Uri.TryCreate(api, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
                throw new CliException(ExitCode.Usage, $"--api is a URL such as http://127.0.0.1:8025, not \"{api}\"");
            if (url.Scheme == "http" && !url.IsLoopback)
                throw new CliException(ExitCode.Usage, $"--api {api} would send the token over the network in clear: use https, or an SSH tunnel to the relay's loopback address");
            return new RelayAccess(url, tokenFile ?? throw new CliException(ExitCode.Usage, "--api needs --token-file: the token is in api.token in that relay's data directory"), config ?? "FILE");
        }

        var file = config ?? RelayOptions.DefaultFile;
        if (config is null && !File.Exists(file))
            throw new CliException(ExitCode.Configuration, $"there is no {file} here: name the relay's configuration with --config FILE, or its API with --api URL --token-file FILE");
        var configuration = Configurations.Read(file, terminal, quiet: true);
        if (configuration.Api.Address.Port == 0)
            throw new CliException(ExitCode.Configuration, $"{file} lets the API take any free port: the relay's log says which; name it with --api URL --token-file {TokenFileOf(configuration)}");
        return new RelayAccess(UrlOf(configuration), tokenFile ?? TokenFileOf(configuration), file);
    }

    private static string TokenFileOf(NamesakeConfiguration configuration) => Web.Access.TokenFile.PathIn(configuration.DataDirectory);

    private static Uri UrlOf(NamesakeConfiguration configuration)
    {
        var address = configuration.Api.Address;
        if (IPAddress.IsLoopback(address.Address))
            return new Uri($"http://{address}/");
        // Beyond loopback the relay speaks TLS: its certificate is for a name, not for an address.
        var name = configuration.Relay.Certificates.SelectMany(certificate => certificate.Names).FirstOrDefault(name => !name.StartsWith('*'))
            ?? throw new CliException(ExitCode.Configuration, $"the API listens on {address} with a certificate for any name: say with --api https://NAME:{address.Port} which to use");
        return new Uri($"https://{name}:{address.Port}/");
    }
}
