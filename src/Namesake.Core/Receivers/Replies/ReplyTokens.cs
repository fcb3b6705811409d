using System.Buffers;
using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

/// <summary>Turns a reply's text into tokens: values are taken out and replaced by placeholders, words become numbers, what says nothing is dropped.</summary>
/// <remarks>One pass over at most <see cref="MostRead"/> characters of any content, into buffers of the caller. Host names and links are closed: no word in them is read, but for the
/// parameters receivers are known to explain themselves with (<c>c=rdns</c>). Names with underscores are filters' rule names and as closed.</remarks>
internal ref struct ReplyTokens(Lexicon lexicon, Span<ushort> tokens, Span<ReplyPart> parts)
{
    /// <summary>Refusals of large receivers have up to a thousand characters.</summary>
    public const int MostRead = 6 * 1024;

    public const int MostTokens = 512;

    public const int MostParts = 24;

    private const int LongestWord = 40;

    private static readonly SearchValues<char> LinkEnds = SearchValues.Create("<>\"'`)]|,");
    private static readonly SearchValues<char> PieceEnds = SearchValues.Create("[](){}<>\"`,;|=*");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private readonly Lexicon _lexicon = lexicon;
    private readonly Span<ushort> _tokens = tokens;
    private readonly Span<ReplyPart> _parts = parts;
    private int _line;

    public int Count { get; private set; }

    public int PartCount { get; private set; }

    public void Read(ImmutableArray<string> lines)
    {
        var left = MostRead;
        for (_line = 0; _line < lines.Length && left > 0; _line++)
        {
            var line = lines[_line].AsSpan(0, Math.Min(lines[_line].Length, left));
            left -= line.Length + 1;
            for (var at = 0; at < line.Length;)
            {
                while (at < line.Length && char.IsWhiteSpace(line[at]))
                    at++;
                var start = at;
                while (at < line.Length && !char.IsWhiteSpace(line[at]))
                    at++;
                if (at > start)
                    Chunk(line, start, at);
            }
        }
    }

    private void Chunk(ReadOnlySpan<char> line, int start, int end)
    {
        var text = line[start..end];
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0)
        {
            Pieces(line, start, end);
            return;
        }

        var begin = scheme;
        while (begin > 0 && char.IsAsciiLetter(text[begin - 1]))
            begin--;
        Pieces(line, start, start + begin);
        var length = text[begin..].IndexOfAny(LinkEnds);
        var stop = length < 0 ? text.Length : begin + length;
        Link(line, start + begin, start + stop);
        Pieces(line, start + stop, end);
    }

    private void Pieces(ReadOnlySpan<char> line, int start, int end)
    {
        while (start < end)
        {
            var length = line[start..end].IndexOfAny(PieceEnds);
            var stop = length < 0 ? end : start + length;
            if (stop > start)
                Piece(line, start, stop, start > 0 && line[start - 1] is '[' or '(' or '<' or '"' && stop < line.Length && line[stop] is ']' or ')' or '>' or '"');
            if (stop < end && line[stop] == ';')
                Put(Lexicon.SentenceEnd);
            start = stop + 1;
        }
    }

    private void Piece(ReadOnlySpan<char> line, int start, int stop, bool bracketed)
    {
        while (start < stop && line[start] is '.' or ':' or '-' or '\'' or '!' or '?' or '/' or '\\' or '\u2018' or '\u201C' or '#' or '+' or '~')
            start++;
        var ends = false;
        while (start < stop && line[stop - 1] is '.' or ':' or '-' or '\'' or '!' or '?' or '/' or '\\' or '\u2019' or '\u201D' or '+' or '~')
            ends |= line[--stop] is '.' or '!' or '?';
        if (start < stop)
            Value(line, start, stop, bracketed);
        if (ends)
            Put(Lexicon.SentenceEnd);
    }

    private void Value(ReadOnlySpan<char> line, int start, int stop, bool bracketed)
    {
        var text = line[start..stop];
        if (!text.ContainsAnyExceptInRange('a', 'z'))
            Words(text, start, stop, bracketed); // most are plain words
        else if (text.Contains('@'))
            Put(Lexicon.Mail);
        else if (QuotedAddress.TryRead(text, out _))
        {
            Note(ReplyPartKind.Address, start, stop);
            Put(Lexicon.Address);
        }
        else if (text.IndexOf('/') is > 0 and var prefix && QuotedAddress.TryRead(text[..prefix], out _))
            Put(Lexicon.Address); // a network, nobody's address
        else if (ReplyCodes.Find(text, _lexicon) is var code and not Lexicon.Other)
            Put(code);
        else if (!text.ContainsAnyExcept(Digits) || text.Contains('_'))
        {
            if (text.Contains('_') || !text.Contains('.'))
                Put(Lexicon.Other); // a bare number or a rule's name; an enhanced code in the text leaves nothing
        }
        else if (HostNameText.Is(text, _lexicon))
            HostName(text, start, stop);
        else if (text.IndexOf('/') is > 0 and var slash && HostNameText.Is(text[..slash], _lexicon))
            Link(line, start, stop);
        else
            Words(text, start, stop, bracketed);
    }

    private void HostName(ReadOnlySpan<char> text, int start, int stop)
    {
        if (text.EndsWith(".arpa", StringComparison.OrdinalIgnoreCase))
        {
            Put(_lexicon.Pointer);
            return;
        }

        var list = BlockListNames.Has(text);
        Note(list ? ReplyPartKind.List : ReplyPartKind.Name, start, stop);
        Put(list ? _lexicon.List : Lexicon.Name);
        if (list && text.StartsWith("pbl.", StringComparison.OrdinalIgnoreCase))
            Put(ReplyCodes.Parameter("pbl", _lexicon));
    }

    /// <summary>A link is one token. Its parameters and path are looked at for what receivers are known to say there.</summary>
    private void Link(ReadOnlySpan<char> line, int start, int stop)
    {
        while (stop > start && line[stop - 1] is '.' or ':' or ';' or '!' or '?')
            stop--;
        Note(ReplyPartKind.Url, start, stop);
        Put(Lexicon.Url);
        var rest = line[start..stop];
        var scheme = rest.IndexOf("://", StringComparison.Ordinal);
        var at = scheme < 0 ? 0 : scheme + 3;
        var host = rest[at..];
        if (rest[at..].StartsWith("mail.i.ua/err/7", StringComparison.OrdinalIgnoreCase))
            Put(ReplyCodes.Find("err-7", _lexicon));
        host = host[..(host.IndexOfAny("/?") is >= 0 and var hostEnd ? hostEnd : host.Length)];
        for (at += host.Length + 1; at < rest.Length;)
        {
            var length = rest[at..].IndexOfAny("/?&#;");
            var end = length < 0 ? rest.Length : at + length;
            var part = rest[at..end];
            var value = part[(part.IndexOf('=') + 1)..];
            if (QuotedAddress.TryRead(value, out _))
                Note(ReplyPartKind.Address, start + end - value.Length, start + end);
            else if (ReplyCodes.Parameter(part, _lexicon) is var code and not Lexicon.Other)
                Put(code);
            at = end + 1;
        }
    }

    private void Words(ReadOnlySpan<char> text, int start, int stop, bool bracketed)
    {
        if (bracketed)
            Note(ReplyPartKind.Bracketed, start, stop);
        for (var at = 0; at < text.Length;)
        {
            var begin = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '\'' or '\u2019'))
                at++;
            if (at > begin && Word(text[begin..at]) is var token and not Lexicon.Silent)
                Put(token);
            if (at < text.Length && text[at] is '.' or '!' or '?')
                Put(Lexicon.SentenceEnd);
            at++;
        }
    }

    private readonly ushort Word(ReadOnlySpan<char> text)
    {
        if (text.Length > LongestWord)
            return Lexicon.Other;
        Span<char> lower = stackalloc char[LongestWord];
        var length = 0;
        var high = true;
        foreach (var c in text)
        {
            if (c is '\'' or '\u2019')
                continue;
            high &= c is >= '\u00C0' and <= '\u00FF';
            lower[length++] = char.ToLowerInvariant(c);
        }

        var token = _lexicon.Word(lower[..length]);
        if (token != Lexicon.Other || !high || length < 2)
            return token;
        // No word of Latin letters has high ones only: it is Windows-1251 that was read as Latin-1.
        for (var i = 0; i < length; i++)
            lower[i] = char.ToLowerInvariant((char)(text[i] - '\u00C0' + '\u0410'));
        return _lexicon.Word(lower[..length]);
    }

    private void Put(ushort token)
    {
        if (Count < _tokens.Length)
            _tokens[Count++] = token;
    }

    private void Note(ReplyPartKind kind, int start, int stop)
    {
        if (PartCount < _parts.Length)
            _parts[PartCount++] = new ReplyPart(kind, Count, _line, start, stop - start);
    }
}
