using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Namesake.Network.Inbound;

/// <summary>Whether a client that verifies would trust a certificate's chain, dates of the certificate itself and names aside. Nothing is fetched.</summary>
public sealed class ChainJudge(X509Certificate2Collection? trustedRoots)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly Lazy<bool> _hasRoots = new(() => trustedRoots is { Count: > 0 } || SystemHasRoots());

    /// <returns>Empty: trusted. Null: this machine trusts nobody, so nothing can be said. Else what is wrong, in words.</returns>
    public string? Judge(X509Certificate2 leaf, IEnumerable<X509Certificate2> others)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(others);
        if (!_hasRoots.Value)
            return null;
        using var chain = new X509Chain();
        chain.ChainPolicy.DisableCertificateDownloads = true; // a certificate must not make us fetch a URL of its choice
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.ExtraStore.AddRange(others.ToArray());
        if (trustedRoots is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(trustedRoots);
        }
        try
        {
            if (chain.Build(leaf))
                return "";
            var faults = chain.ChainElements.SelectMany((element, depth) => element.ChainElementStatus.Where(status => depth > 0 || status.Status != X509ChainStatusFlags.NotTimeValid))
                .Select(status => status.Status).Distinct().ToList();
            if (faults.Count == 0 && chain.ChainStatus.All(status => status.Status is X509ChainStatusFlags.NotTimeValid or X509ChainStatusFlags.NoError))
                return ""; // only its own dates, which are told apart
            return Words(faults.Concat(chain.ChainStatus.Select(status => status.Status)), leaf);
        }
        catch (CryptographicException broken)
        {
            return $"its chain can't be read: {broken.Message}";
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    private static string Words(IEnumerable<X509ChainStatusFlags> faults, X509Certificate2 leaf)
    {
        var all = faults.Aggregate(X509ChainStatusFlags.NoError, (sum, fault) => sum | fault);
        if (leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData) && (all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            return "it is signed by itself";
        if ((all & X509ChainStatusFlags.PartialChain) != 0)
            return "its chain ends before a root: the certificate of its authority isn't sent with it";
        if ((all & X509ChainStatusFlags.UntrustedRoot) != 0)
            return "its chain ends in a root that isn't trusted here";
        if ((all & X509ChainStatusFlags.NotValidForUsage) != 0)
            return "it is not made out for servers";
        return (all & X509ChainStatusFlags.NotTimeValid) != 0 ? "a certificate of its chain has expired" : $"its chain is not valid ({all})";
    }

    private static bool SystemHasRoots()
    {
        foreach (var location in new[] { StoreLocation.LocalMachine, StoreLocation.CurrentUser })
        {
            try
            {
                using var store = new X509Store(StoreName.Root, location, OpenFlags.ReadOnly);
                if (store.Certificates.Count > 0)
                    return true;
            }
            catch (CryptographicException)
            {
                // There is no such store here.
            }
        }
        return false;
    }
}
