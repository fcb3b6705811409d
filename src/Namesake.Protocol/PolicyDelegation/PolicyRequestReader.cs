using System.Buffers;
using System.Text;

namespace Namesake.Protocol.PolicyDelegation;

/// <summary>Reads requests of Postfix's policy delegation protocol: lines of <c>name=value</c>, each ended by LF, the request by an empty line.</summary>
/// <remarks>Attributes nobody here reads are skipped, as the protocol asks; of one sent twice the first counts. What is no request ends the reading for good: the protocol has
/// no error reply, the server logs and disconnects. Bounded: what waits for its line end is at most a line, and what is kept is a few lines.</remarks>
public sealed class PolicyRequestReader
{
    /// <summary>Longest line, its LF not counted. Postfix's own values end at 2,048 octets (line_length_limit), certificate names in xtext a little later.</summary>
    public const int MaxLineOctets = 4096;

    /// <summary>Most lines of one request. Postfix 3.10 sends 34.</summary>
    public const int MaxAttributes = 100;

    private static readonly byte[][] Wanted =
    [
        [.. "request"u8], [.. "protocol_state"u8], [.. "client_address"u8], [.. "client_name"u8], [.. "reverse_client_name"u8], [.. "helo_name"u8], [.. "sasl_username"u8], [.. "instance"u8],
    ];

    private readonly string?[] _values = new string?[Wanted.Length];
    private int _lines;

    /// <summary>Why the reading ended, fit for a log; null while it goes on.</summary>
    public string? Fault { get; private set; }

    /// <summary>A request has begun and isn't complete: at least one whole line was read.</summary>
    public bool IsInside => _lines > 0;

    /// <summary>Takes whole lines off the buffer until a request is complete.</summary>
    /// <returns>Null when more is needed, or when <see cref="Fault"/> says why there will be none.</returns>
    public PolicyRequest? Read(ref ReadOnlySequence<byte> buffer)
    {
        while (Fault is null)
        {
            var lines = new SequenceReader<byte>(buffer);
            if (!lines.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
            {
                if (buffer.Length > MaxLineOctets)
                    Fault = $"a line of more than {MaxLineOctets} octets";
                return null;
            }
            buffer = lines.UnreadSequence;
            if (line.Length > MaxLineOctets)
                Fault = $"a line of more than {MaxLineOctets} octets";
            else if (line.IsEmpty)
                return End();
            else
                Take(line.IsSingleSegment ? line.FirstSpan : line.ToArray());
        }
        return null;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        var equals = line.IndexOf((byte)'=');
        if (++_lines > MaxAttributes)
            Fault = $"more than {MaxAttributes} attributes";
        else if (equals <= 0)
            Fault = "a line that is no name=value";
        else if (line.Contains((byte)0))
            Fault = "a line with a NUL octet";
        else
            for (var i = 0; i < Wanted.Length; i++)
                if (line[..equals].SequenceEqual(Wanted[i]))
                    _values[i] ??= Encoding.UTF8.GetString(line[(equals + 1)..]);
    }

    private PolicyRequest? End()
    {
        if (_values[0] != "smtpd_access_policy")
        {
            Fault = _values[0] is null ? "a request that doesn't say what it asks (request=smtpd_access_policy)" : "a request for something else than smtpd_access_policy";
            return null;
        }
        var request = new PolicyRequest
        {
            ProtocolState = _values[1] ?? "",
            ClientAddress = _values[2] ?? "",
            ClientName = _values[3] ?? "",
            ReverseClientName = _values[4] ?? "",
            HeloName = _values[5] ?? "",
            SaslUsername = _values[6] ?? "",
            Instance = _values[7] ?? "",
        };
        Array.Clear(_values);
        _lines = 0;
        return request;
    }
}
