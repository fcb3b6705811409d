using System.Globalization;
using System.Text;
using Namesake.Configuration.Sections;

namespace Namesake.Configuration;

/// <summary>Writes docs/configuration.md from the same descriptions the file is read by, so that the two cannot differ.</summary>
public static class ReferenceManual
{
    private const string Introduction = """
        # Configuration

        <!-- Written by the program from its own description of the keys: edit src/Namesake/Configuration/Sections, then run the tests with NAMESAKE_UPDATE_DOCS=1. -->

        One file, `namesake.yaml`. All of it is checked before any of it is used, and all errors are told at once, each with its place:

        ```
        namesake.yaml:12:40: error: listeners: brand: there is no brand "acne"; did you mean "acme"?
        ```

        `samples/small.yaml` is the least that works, `samples/namesake.yaml` shows every key.

        ## How values are written

        - The file is UTF-8 and one YAML document, of at most 10 MiB. Unknown keys, keys that stand twice, and tags are errors. Anchors, aliases and merge keys (`<<`) work.
        - A text with any of `: # [ ] { } * & @` in it goes in quotation marks: `"0.0.0.0:25"`, `"*.example.org"`.
        - **Durations** are numbers with units: `250ms`, `90s`, `15m`, `1h30m`, `5d`. **Sizes** are bytes, or numbers with a unit: `kB`, `MB`, `GB` count in thousands, `KiB`, `MiB`, `GiB` in 1,024s.
        - **Files** are relative to the directory of the configuration file.
        - **Lists** of plain values may be one value without brackets: `senderDomains: acme.example`.
        - **Secrets** stand in a file of their own (`passwordHashFile`, `srsSecretFile`; the first line counts), or come from the environment: a value that is `${env:NAME}` as a whole,
          at any key, is the content of that variable. Values from the environment and secrets never appear in messages.
        - There is no default identity. A brand without a source, a source without an address or a name, cannot be written.

        `namesake config reload` (or SIGHUP) lets a running relay read the file again. `listeners`, `resellers`, `brands`, `sources`, `routes`, `sites`, `users`, `clients`, `certificates`, `witnesses`,
        `silentReceivers`, `proxyEchoSites`, `treatAsPublic`, `maximumMessageBytes`, `anomalies` and `alarms` take effect at once: new listeners are bound, removed ones accept no more and their sessions come to
        their end. Everything else (`node`, `data`, `dns`, `api`, `spool`, `database`, `identity`, `reputation`, `submission`, `delivery`, `logging`) is built into what runs: the answer and the log name what has
        changed there and waits for a restart. `dnsProviders`, `firewalls` and `plans` are read anew by every plan verb. A file with an error, or a listener that can't be bound, changes nothing.


        """;

    public static string Write()
    {
        var manual = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var section in InOrder(RootSection.Section))
        {
            if (section.Path.Length == 0)
                manual.Append("## The whole file\n\n");
            else
                manual.Append(CultureInfo.InvariantCulture, $"## {section.Path}\n\n{section.Introduction}\n\n");
            manual.Append("| key | type | default | meaning |\n|---|---|---|---|\n");
            foreach (var key in section.Keys)
                manual.Append(CultureInfo.InvariantCulture, $"| `{key.Name}` | {Type(key)} | {Default(key)} | {key.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            manual.Append('\n');
        }
        return manual.ToString().TrimEnd('\n') + "\n";
    }

    private static IEnumerable<Section> InOrder(Section section) =>
        section.Keys.Where(key => key.Nested is not null).SelectMany(key => InOrder(key.Nested!)).Prepend(section);

    private static string Type(Key key)
    {
        var range = key.Range is null ? "" : $": {key.Range}";
        return key.Nested is { } nested ? $"{key.TypeName}, see [{nested.Path}](#{Anchor(nested.Path)})" : key.TypeName + range;
    }

    private static string Default(Key key) => key.IsRequired ? "**required**" : key.Default is null or "[]" ? "–" : $"`{key.Default}`";

    // As GitHub makes them from headings.
    private static string Anchor(string path) => string.Concat(path.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
