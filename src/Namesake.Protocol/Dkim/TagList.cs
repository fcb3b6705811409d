using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Namesake.Protocol.Dkim;

/// <summary>The form <c>name=value; name=value</c> that DKIM keys and DMARC policies share. RFC 6376 §3.2</summary>
public sealed class TagList
{
    /// <summary>Longer texts are not read: a key of 4096 bits needs 750 characters.</summary>
    public const int MaxLength = 8192;

    private const int MaxTags = 100;

    private TagList(ImmutableArray<Tag> tags) => Tags = tags;

    public ImmutableArray<Tag> Tags { get; }

    /// <summary>Names are compared with their case. RFC 6376 §3.2</summary>
    public Tag? Find(string name) => Tags.FirstOrDefault(tag => tag.Name == name);

    public static bool TryParse(string text, [NotNullWhen(true)] out TagList? list, [NotNullWhen(false)] out TagFault? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        list = null;
        fault = text.Length > MaxLength ? new TagFault(MaxLength, $"the record is longer than {MaxLength} characters") : null;
        if (fault is not null)
            return false;
        var tags = ImmutableArray.CreateBuilder<Tag>();
        var at = 0;
        while (at < text.Length)
        {
            var end = text.IndexOf(';', at) is >= 0 and var stop ? stop : text.Length;
            // Only behind the last semicolon may nothing follow.
            if (!(end == text.Length && IsBlank(text.AsSpan(at))))
            {
                if (!TryRead(text, at, end, out var tag, out fault))
                    return false;
                if (tags.Any(other => other.Name == tag.Name))
                    return Refuse(tag.Position, $"{tag.Name}= stands in the record twice", out fault);
                if (tags.Count == MaxTags)
                    return Refuse(at, $"there are more than {MaxTags} tags", out fault);
                tags.Add(tag);
            }
            at = end + 1;
        }
        if (tags.Count == 0)
            return Refuse(0, "the record is empty", out fault);
        list = new TagList(tags.DrainToImmutable());
        return true;
    }

    private static bool TryRead(string text, int at, int end, [NotNullWhen(true)] out Tag? tag, [NotNullWhen(false)] out TagFault? fault)
    {
        (tag, fault) = (null, null);
        var equals = text.IndexOf('=', at, end - at);
        if (equals < 0)
            return Refuse(at, IsBlank(text.AsSpan(at, end - at)) ? "two semicolons follow each other" : $"\"{Show(text[at..end])}\" has no = in it", out fault);
        var left = text.AsSpan(at, equals - at);
        var position = at + (left.Length - left.TrimStart(Blanks).Length);
        var name = left.Trim(Blanks);
        if (!IsName(name))
            return Refuse(position, $"\"{Show(name.ToString())}\" is no tag's name", out fault);
        var value = text.AsSpan(equals + 1, end - equals - 1).Trim(Blanks);
        foreach (var c in value)
            if (c is (< '!' or > '~') and not (' ' or '\t' or '\r' or '\n'))
                return Refuse(equals + 1, $"{name}= has a character that can't stand there (code {(int)c})", out fault);
        tag = new Tag(name.ToString(), value.ToString(), position);
        return true;
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        return !name.IsEmpty && char.IsAsciiLetter(name[0]);
    }

    private const string Blanks = " \t\r\n";

    private static bool IsBlank(ReadOnlySpan<char> text) => text.Trim(Blanks).IsEmpty;

    private static bool Refuse(int at, string reason, out TagFault fault)
    {
        fault = new TagFault(at, reason);
        return false;
    }

    private static string Show(string text) => string.Concat(text.Take(30).Select(c => c is >= ' ' and <= '~' ? c : '?'));
}

/// <param name="Value">Without the blanks around it; those inside stand.</param>
/// <param name="Position">Of its name in the record, from 0.</param>
public sealed record Tag(string Name, string Value, int Position);

/// <param name="Position">Where it breaks, from 0.</param>
/// <param name="Reason">For people.</param>
public sealed record TagFault(int Position, string Reason)
{
    public override string ToString() => $"{Reason} (at character {Position + 1})";
}
