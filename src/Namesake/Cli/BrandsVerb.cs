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

        var table = Tables.New("brand", "sender domains", "policy", "waiting#", "sources");
        foreach (var brand in answer.Value.Items)
            table.AddRow(Tables.Cell(brand.Id), Tables.Cell(string.Join(", ", brand.SenderDomains)), Tables.Cell(brand.Policy),
                Tables.Cell(brand.Waiting.ToString("N0", CultureInfo.InvariantCulture)), Tables.Cell(string.Join(", ", brand.Sources.Select(Source)), brand.IsOpen ? null : Color.Red));
        terminal.Write(table);
        foreach (var brand in answer.Value.Items.Where(brand => !brand.IsOpen))
            terminal.Write(Tables.Cell($"\n{brand.Id} can't send: none of its sources is open. `namesake sources` tells why.\n", Color.Red));
        return ExitCode.Ok;
    });

    private static string Source(BrandSourceView source) => $"{source.Id} ({source.Verdict}{(source.Hold is null ? "" : ", held")})";
}
