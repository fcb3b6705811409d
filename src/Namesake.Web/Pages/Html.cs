using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Namesake.Web.Pages;

/// <summary>Builds a page. What stands in the holes of an interpolated string is always encoded: there is no way to put in markup that came from outside.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    public Html Add([InterpolatedStringHandlerArgument("")] Encoded markup)
    {
        _ = markup;
        return this;
    }

    /// <summary>Our own style sheet, which an encoder would break. A constant of the program, never anything else.</summary>
    public void AddStyle([ConstantExpected] string css) => _text.Append(css);

    public override string ToString() => _text.ToString();

    /// <summary>Appends literals as they are and holes encoded.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Encoded
    {
        private readonly StringBuilder _text;

        public Encoded(int literalLength, int formattedCount, Html page)
        {
            _text = page._text;
            _text.EnsureCapacity(_text.Length + literalLength + (formattedCount * 16));
        }

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted<T>(T value) => AppendFormatted(value, null);

        public void AppendFormatted<T>(T value, string? format) =>
            _text.Append(HtmlEncoder.Default.Encode(value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? ""));
    }
}
