namespace Namesake.Core.Firewall.Rendering;

/// <summary>A platform in whose own words a translation can be said. Pure text; what isn't in the platform's documentation is marked unverified in the notes.</summary>
public interface IPlatform
{
    /// <summary>As on the command line: "cisco-asa".</summary>
    string Word { get; }

    /// <summary>For people: "Cisco ASA".</summary>
    string Title { get; }

    /// <summary>What begins a line that the platform passes over.</summary>
    string Comment { get; }

    /// <param name="table">At least one mapping, IPv4 only.</param>
    RenderedText Render(TranslationTable table);
}
