namespace Namesake.Transcripts.Tests.Scripts;

/// <param name="Kind">"C", "S", "R" or "W", or a directive with its @.</param>
/// <param name="Text">Everything behind the colon and one space, or behind the directive's name.</param>
/// <param name="Number">Its line in the file, from 1.</param>
internal sealed record ScriptLine(string Kind, string Text, int Number)
{
    public bool IsDirective => Kind[0] == '@';
}
