using System.Buffers.Binary;
using System.Security.Cryptography;
using Namesake.Network.Dns.Wire;

namespace Namesake.Network.Dns.Providers;

/// <summary>TSIG: a message is signed with a shared secret, and its answer with the same. RFC 8945 §4, §5</summary>
internal static class TransactionSignature
{
    public const int Type = 250;
    private const int AnyClass = 255;
    private const int Fudge = 300; // seconds; RFC 8945 §10

    /// <summary>The message with its signature behind it.</summary>
    /// <param name="mac">The code alone: the answer's covers it.</param>
    public static byte[] Sign(byte[] message, UpdateKey key, DateTimeOffset now, out byte[] mac)
    {
        var time = now.ToUnixTimeSeconds();
        var code = mac = Code(key, [], message, time, Fudge, 0, []);
        var id = BinaryPrimitives.ReadUInt16BigEndian(message);
        var signed = new WireWriter().Bytes(message).Record(key.Name.Value, Type, AnyClass, 0, data => WriteTime(data.Name(AlgorithmName(key)), time).UInt16(Fudge)
            .UInt16(code.Length).Bytes(code).UInt16(id).UInt16(0).UInt16(0)).Written.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(signed.AsSpan(10), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(signed.AsSpan(10)) + 1));
        return signed;
    }

    /// <summary>What an answer's signature is worth.</summary>
    /// <param name="asked">The code of the question.</param>
    /// <exception cref="FormatException">The octets are no DNS message.</exception>
    public static SignatureSight Verify(ReadOnlySpan<byte> answer, UpdateKey key, byte[] asked, DateTimeOffset now)
    {
        var reader = new WireReader(answer);
        reader.Bytes(4);
        var (questions, records, additionals) = (reader.UInt16(), reader.UInt16() + reader.UInt16(), reader.UInt16());
        for (var i = 0; i < questions; i++)
        {
            reader.Name();
            reader.Bytes(4);
        }

        // It is the last record of all. RFC 8945 §5.1
        for (var i = 0; i < records + additionals - 1; i++)
        {
            reader.Name();
            reader.Bytes(8);
            reader.Bytes(reader.UInt16());
        }

        if (additionals == 0)
            return new SignatureSight(SignatureState.None, 0);
        var start = reader.Position;
        var owner = reader.Name();
        if (reader.UInt16() != Type)
            return new SignatureSight(SignatureState.None, 0);
        reader.Bytes(8); // class, TTL, length
        var algorithm = reader.Name();
        var time = ((long)reader.UInt16() << 32) | reader.UInt32();
        var fudge = reader.UInt16();
        var mac = reader.Bytes(reader.UInt16()).ToArray();
        var id = reader.UInt16();
        var error = reader.UInt16();
        var other = reader.Bytes(reader.UInt16()).ToArray();
        if (mac.Length == 0)
            return new SignatureSight(SignatureState.None, error);
        if (owner != key.Name.Value || algorithm != AlgorithmName(key))
            return new SignatureSight(SignatureState.Wrong, error);

        // As it was before it was signed: without this record, with the number it was signed under. RFC 8945 §4.3.2
        var message = answer[..start].ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), (ushort)(additionals - 1));
        var right = CryptographicOperations.FixedTimeEquals(Code(key, asked, message, time, fudge, error, other), mac);
        return new SignatureSight(!right ? SignatureState.Wrong : Math.Abs(now.ToUnixTimeSeconds() - time) > fudge ? SignatureState.Old : SignatureState.Valid, error);
    }

    private static byte[] Code(UpdateKey key, byte[] asked, ReadOnlySpan<byte> message, long time, int fudge, int error, byte[] other)
    {
        var covered = new WireWriter();
        if (asked.Length > 0)
            covered.UInt16(asked.Length).Bytes(asked);
        covered.Bytes(message).Name(key.Name.Value).UInt16(AnyClass).UInt32(0).Name(AlgorithmName(key));
        WriteTime(covered, time).UInt16(fudge).UInt16(error).UInt16(other.Length).Bytes(other);
        return CryptographicOperations.HmacData(HashOf(key.Algorithm), key.Secret.AsSpan(), covered.Written);
    }

    private static WireWriter WriteTime(WireWriter writer, long time) => writer.UInt16((int)(time >> 32)).UInt32(time & uint.MaxValue);

    private static string AlgorithmName(UpdateKey key) => key.Algorithm.Word();

    private static HashAlgorithmName HashOf(UpdateAlgorithm algorithm) => algorithm switch
    {
        UpdateAlgorithm.HmacSha1 => HashAlgorithmName.SHA1,
        UpdateAlgorithm.HmacSha384 => HashAlgorithmName.SHA384,
        UpdateAlgorithm.HmacSha512 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };
}

internal enum SignatureState
{
    Valid,
    None,
    Wrong,

    /// <summary>Right, and signed at a time that isn't ours.</summary>
    Old,
}

/// <param name="Error">What the server says of our signature: 16 BADSIG, 17 BADKEY, 18 BADTIME. RFC 8945 §3</param>
internal readonly record struct SignatureSight(SignatureState State, int Error);
