using System.Text;

namespace Namesake.Protocol.Addresses;

/// <summary>The bootstring code of internationalised labels, RFC 3492 §5 and §6.</summary>
/// <remarks>Our own, because <c>IdnMapping</c> maps differently with and without ICU: a host name must not depend on the machine it was typed on.</remarks>
internal static class Punycode
{
    private const int Base = 36, TMin = 1, TMax = 26, Skew = 38, Damp = 700, InitialBias = 72, InitialN = 128;

    /// <summary>The code without its <c>xn--</c> prefix, or null when it would not fit into a label.</summary>
    public static string? Encode(ReadOnlySpan<char> label)
    {
        var runes = new List<int>(label.Length);
        foreach (var rune in label.EnumerateRunes())
            runes.Add(rune.Value);

        var code = new StringBuilder(DomainName.MaxLabelLength);
        foreach (var rune in runes)
            if (rune < InitialN)
                code.Append((char)rune);
        int basic = code.Length, handled = basic;
        if (basic > 0)
            code.Append('-');

        int n = InitialN, bias = InitialBias;
        long delta = 0;
        while (handled < runes.Count)
        {
            var next = int.MaxValue;
            foreach (var rune in runes)
                if (rune >= n && rune < next)
                    next = rune;
            delta += (long)(next - n) * (handled + 1);
            n = next;
            foreach (var rune in runes)
            {
                if (rune < n)
                    delta++;
                else if (rune == n)
                {
                    AppendNumber(code, delta, bias);
                    bias = Adapt(delta, handled + 1, handled == basic);
                    delta = 0;
                    handled++;
                    if (code.Length > DomainName.MaxLabelLength)
                        return null;
                }
            }
            delta++;
            n++;
        }
        return code.ToString();
    }

    /// <summary>The label behind a code without its <c>xn--</c> prefix, or null when it is no valid code.</summary>
    public static string? Decode(ReadOnlySpan<char> code)
    {
        var output = new List<int>(code.Length);
        var split = code.LastIndexOf('-');
        foreach (var c in split > 0 ? code[..split] : [])
        {
            if (c >= InitialN)
                return null;
            output.Add(c);
        }

        int n = InitialN, bias = InitialBias, position = split > 0 ? split + 1 : 0;
        long i = 0;
        while (position < code.Length)
        {
            if (!TryReadNumber(code, ref position, bias, out var distance))
                return null;
            var count = output.Count + 1;
            bias = Adapt(distance, count, i == 0);
            i += distance;
            if (n + i / count > 0x10FFFF)
                return null;
            n += (int)(i / count);
            i %= count;
            if (!Rune.IsValid(n))
                return null;
            output.Insert((int)i++, n);
        }

        var text = new StringBuilder(output.Count);
        foreach (var rune in output)
            text.Append(new Rune(rune).ToString());
        return text.ToString();
    }

    private static void AppendNumber(StringBuilder code, long number, int bias)
    {
        for (var k = Base; ; k += Base)
        {
            var threshold = Threshold(k, bias);
            if (number < threshold)
            {
                code.Append(Digit((int)number));
                return;
            }
            code.Append(Digit((int)(threshold + (number - threshold) % (Base - threshold))));
            number = (number - threshold) / (Base - threshold);
        }
    }

    private static bool TryReadNumber(ReadOnlySpan<char> code, ref int position, int bias, out long number)
    {
        number = 0;
        long weight = 1;
        for (var k = Base; position < code.Length; k += Base)
        {
            var digit = code[position++] switch
            {
                >= 'a' and <= 'z' and var c => c - 'a',
                >= '0' and <= '9' and var c => c - '0' + 26,
                _ => -1,
            };
            if (digit < 0)
                return false;
            number += digit * weight;
            if (number > int.MaxValue)
                return false;
            var threshold = Threshold(k, bias);
            if (digit < threshold)
                return true;
            weight *= Base - threshold;
            if (weight > int.MaxValue)
                return false;
        }
        return false;
    }

    private static int Threshold(int k, int bias) => Math.Clamp(k - bias, TMin, TMax);

    private static char Digit(int value) => (char)(value < 26 ? 'a' + value : '0' + value - 26);

    private static int Adapt(long delta, int count, bool first)
    {
        delta = first ? delta / Damp : delta / 2;
        delta += delta / count;
        var k = 0;
        for (; delta > (Base - TMin) * TMax / 2; k += Base)
            delta /= Base - TMin;
        return (int)(k + (Base - TMin + 1) * delta / (delta + Skew));
    }
}
