using System.Security.Cryptography;

namespace Namesake.Protocol.Dkim;

/// <summary>Hash of a body that comes in pieces, in canonical form. RFC 6376 §3.4.3, §3.4.4, §3.7</summary>
/// <remarks>Empty lines are held back as a number until a line follows that isn't: at the end of the body they don't count. Lines that are canonical as they stand are hashed where they lie,
/// many at once; what must change goes through a small buffer. A CR or LF alone is an octet like others: content with one is never sent.</remarks>
public sealed class BodyHash : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly bool relaxed;
    private readonly byte[] changed = new byte[1024];
    private int changedLength;
    private long emptyLines;
    private bool any, inLine, spaceBefore, returnBefore;

    public BodyHash(DkimCanonicalization canonicalization) => relaxed = canonicalization == DkimCanonicalization.Relaxed;

    /// <summary>The next octets of the body; pieces may be cut anywhere.</summary>
    public void Append(ReadOnlySpan<byte> body)
    {
        while (!body.IsEmpty)
        {
            if (inLine || spaceBefore || returnBefore)
            {
                body = body[Change(body)..];
                continue;
            }
            body = body[WholeLines(body)..];
            body = body[Change(body)..];
        }
    }

    /// <summary>Ends the body.</summary>
    /// <param name="digest">32 octets.</param>
    public void Finish(Span<byte> digest)
    {
        if (returnBefore)
            Put("\r"u8);
        if (inLine || (!any && !relaxed)) // an empty body is one empty line if simple, nothing if relaxed
            PutChanged("\r\n"u8);
        Flush();
        hash.GetHashAndReset(digest);
        (emptyLines, any, inLine, spaceBefore, returnBefore) = (0, false, false, false, false);
    }

    public void Dispose() => hash.Dispose();

    /// <summary>Takes whole lines, beginning at a line's start, as long as they need no change.</summary>
    /// <returns>How many octets were taken.</returns>
    private int WholeLines(ReadOnlySpan<byte> body)
    {
        int position = 0, hashed = 0;
        long emptyAfter = 0;
        while (true)
        {
            var end = body[position..].IndexOf("\r\n"u8);
            if (end < 0 || (relaxed && !IsCanonical(body.Slice(position, end))))
                break;
            position += end + 2;
            if (end == 0)
                emptyAfter++;
            else
                (hashed, emptyAfter) = (position, 0);
        }
        if (hashed > 0)
        {
            PutEmptyLines();
            Flush();
            hash.AppendData(body[..hashed]);
            any = true;
        }
        emptyLines += emptyAfter;
        return position;
    }

    private static bool IsCanonical(ReadOnlySpan<byte> line) => line.IsEmpty || (line[^1] != ' ' && !line.Contains((byte)'\t') && line.IndexOf("  "u8) < 0);

    /// <summary>Takes octets up to the end of a line.</summary>
    /// <returns>How many were taken.</returns>
    private int Change(ReadOnlySpan<byte> body)
    {
        for (var i = 0; i < body.Length;)
        {
            var octet = body[i];
            if (returnBefore)
            {
                returnBefore = false;
                if (octet == '\n')
                {
                    EndLine();
                    return i + 1;
                }
                Put("\r"u8);
            }
            if (octet == '\r')
            {
                returnBefore = true;
                i++;
            }
            else if (relaxed && octet is (byte)' ' or (byte)'\t')
            {
                spaceBefore = true;
                i++;
            }
            else
            {
                var run = body[i..];
                var end = relaxed ? run.IndexOfAny((byte)'\r', (byte)' ', (byte)'\t') : run.IndexOf((byte)'\r');
                if (end >= 0)
                    run = run[..end];
                Put(run);
                i += run.Length;
            }
        }
        return body.Length;
    }

    private void EndLine()
    {
        spaceBefore = false; // white space at a line's end, or alone in it
        if (inLine)
            PutChanged("\r\n"u8);
        else
            emptyLines++;
        inLine = false;
    }

    private void Put(ReadOnlySpan<byte> run)
    {
        if (!inLine)
        {
            PutEmptyLines();
            inLine = any = true;
        }
        if (spaceBefore)
        {
            spaceBefore = false;
            PutChanged(" "u8);
        }
        PutChanged(run);
    }

    private void PutEmptyLines()
    {
        for (; emptyLines > 0; emptyLines--)
            PutChanged("\r\n"u8);
    }

    private void PutChanged(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > changed.Length - changedLength)
            Flush();
        if (octets.Length > changed.Length)
        {
            hash.AppendData(octets);
            return;
        }
        octets.CopyTo(changed.AsSpan(changedLength));
        changedLength += octets.Length;
    }

    private void Flush()
    {
        hash.AppendData(changed.AsSpan(0, changedLength));
        changedLength = 0;
    }
}
