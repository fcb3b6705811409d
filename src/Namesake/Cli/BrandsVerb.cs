using System.CommandLine;
using System.Globalization;
using Namesake.Web;
using Namesake.Web.Brands;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake brands: the names mail is sent under.</summary>
internal static class BrandsVerb
{
    public static Command Create(Terminal terminal)
    {
        var brands = List(terminal, "brands");
        brands.Description = "The names mail is sent under, and whether they can send.";
        brands.Subcommands.Add(List(terminal, "list"));
        brands.Subcommands.Add(Dkim(terminal));
        return brands;
    }

    private static Command List(Terminal terminal, string name) => new Command(name, "All brands in a table.").Asking(terminal, async (parsed, relay, cancellation) =>
    {
        var answer = await relay.GetAsync("api/v1/brands", ApiJson.Default.PageBrandView, cancellation);
        if (parsed.GetValue(RelayOptions.Json))
        {
            terminal.Json(answer.Document);
            return ExitCode.Ok;
        }

        var table = Tables.New("brand", "reseller", "sender domains", "policy", "may hand in", "waiting#", "sources");
        foreach (var brand in answer.Value.Items)
            table.AddRow(Tables.Cell(brand.Id), Tables.Cell(brand.Reseller ?? "-"), Tables.Cell(string.Join(", ", brand.SenderDomains)), Tables.Cell(brand.Policy), Tables.Cell(Limits(brand)),
                Tables.Cell(brand.Waiting.ToString("N0", CultureInfo.InvariantCulture)), Tables.Cell(string.Join(", ", brand.Sources.Select(Source)), brand.IsOpen ? null : Color.Red));
        terminal.Write(table);
        foreach (var brand in answer.Value.Items.Where(brand => !brand.IsOpen))
            terminal.Write(Tables.Cell($"\n{brand.Id} can't send: none of its sources is open. `namesake sources` tells why.\n", Color.Red));
        return ExitCode.Ok;
    });

    private static Command Dkim(Terminal terminal) => new Command("dkim", "The DNS records of the DKIM keys, as a zone file has them.").Asking(terminal, async (parsed, relay, cancellation) =>
    {
        var answer = await relay.GetAsync("api/v1/brands", ApiJson.Default.PageBrandView, cancellation);
        if (parsed.GetValue(RelayOptions.Json))
        {
            terminal.Json(answer.Document);
            return ExitCode.Ok;
        }

        var keys = answer.Value.Items.SelectMany(brand => brand.Dkim.Select(key => (Brand: brand.Id, Key: key))).ToList();
        foreach (var (brand, key) in keys)
        {
            terminal.Raw($"; {brand}: {key.Algorithm}, {key.Bits} bits");
            terminal.Raw($"{key.RecordName}. TXT {key.RecordStrings}");
        }
        if (keys.Count == 0)
            terminal.Line("No brand has dkim keys: mail leaves unsigned. docs/configuration.md tells how to give it some (brands[].dkim[]).");
        return ExitCode.Ok;
    });

    private static string Limits(BrandView brand) => string.Join("; ", new[]
    {
        brand.Limits is { } own ? SendingLimitsText.Of(own) : null,
        brand.ResellerLimits is { } all ? $"{brand.Reseller}: {SendingLimitsText.Of(all)}" : null,
        brand.SenderLimits is { } each ? $"each sender: {SendingLimitsText.Of(each)}" : null,
    }.OfType<string>().DefaultIfEmpty("-"));

    private static string Source(BrandSourceView source) => $"{source.Id} ({source.Verdict}{(source.Hold is null ? "" : ", held")})";
}
