using System.Collections.Immutable;
using System.Text;
using Namesake.Core.Plans;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>All platforms there are texts for.</summary>
public static class Platforms
{
    public static ImmutableArray<IPlatform> All { get; } =
    [
        new NftablesPlatform(), new IptablesPlatform(), new OpenBsdPlatform(), new FreeBsdPlatform(), new OpnsensePlatform(), new RouterOsPlatform(),
        new AsaPlatform(), new IosPlatform(), new FortiGatePlatform(), new WindowsPlatform(), new AwsPlatform(), new AzurePlatform(), new GooglePlatform(),
    ];

    public static IPlatform? Find(string word) => All.FirstOrDefault(platform => platform.Word == word);

    /// <summary>What stands after the change, whole. A change that leaves nothing is the undoing of what was.</summary>
    /// <remarks>Our own firewalls go back to what was; a device written by hand is not known to have had anything.</remarks>
    public static RenderedText Render(this IPlatform platform, TranslationChange change)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(change);
        if (change.New is null)
        {
            var gone = platform.Render(change.Old ?? throw new ArgumentException("the change has neither old nor new"));
            return gone with { Apply = gone.Undo, Undo = gone.Apply };
        }

        var made = platform.Render(change.New);
        return platform is NftablesPlatform && change.Old is not null ? made with { Undo = NftablesText.Of(change.Old) }
            : platform is IptablesPlatform && change.Old is not null ? made with { Apply = IptablesText.Of(change.New, hasJump: true), Undo = IptablesText.Of(change.Old, hasJump: true) }
            : made;
    }

    /// <summary>Ready for the device: what to know and how to undo stand in comments around what applies it.</summary>
    public static string Print(this IPlatform platform, RenderedText text)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(text);
        var printed = new StringBuilder();
        Comment($"{platform.Title}: translation for mail (TCP port 25)");
        foreach (var note in text.Notes)
            Comment($"- {note}");
        printed.Append('\n').Append(text.Apply).Append('\n');
        Comment("To undo:");
        foreach (var line in text.Undo.TrimEnd('\n').Split('\n'))
            Comment($"  {line}");
        return printed.ToString();

        void Comment(string line) => printed.Append(platform.Comment).Append(' ').Append(line.Replace("\n", $"\n{platform.Comment}   ", StringComparison.Ordinal).TrimEnd()).Append('\n');
    }
}
