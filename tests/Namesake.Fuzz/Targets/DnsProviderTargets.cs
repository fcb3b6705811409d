using System.Buffers.Binary;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Providers;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Fuzz.Targets;

internal static class DnsProviderTargets
{
    private static readonly UpdateKey Key = new(DomainName.Parse("namesake"), UpdateAlgorithm.HmacSha256, [.. "a secret of this fuzz target"u8]);
    private static readonly byte[] Asked = new byte[32];
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 8, 15, 0, TimeSpan.Zero);

    /// <summary>What answers an update: only the key's own signature is valid, and a signed answer is no longer valid when an octet of it has changed.</summary>
    public static void SignedAnswer(ReadOnlySpan<byte> input)
    {
        SignatureSight sight;
        try
        {
            WireMessage.Parse(input);
            sight = TransactionSignature.Verify(input, Key, Asked, Now);
        }
        catch (FormatException)
        {
            return;
        }

        Promise.That(sight.Error is >= 0 and <= ushort.MaxValue);
        // Nobody makes one that fits without the key. The corpus has none that does.
        Promise.That(sight.State is not SignatureState.Valid and not SignatureState.Old);

        // As a question it is signed; what is signed is not valid as an answer to another question.
        var message = input.ToArray();
        if (BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(10)) == ushort.MaxValue)
            return;
        var signed = TransactionSignature.Sign(message, Key, Now, out var code);
        try
        {
            Promise.That(TransactionSignature.Verify(signed, Key, [], Now).State == SignatureState.Valid || signed.Length > message.Length);
            Promise.That(code.Length == 32 && TransactionSignature.Verify(signed, Key, Asked, Now).State != SignatureState.Valid);
        }
        catch (FormatException)
        {
            // Octets behind the message's end: the signature isn't its last record then.
        }
    }

    /// <summary>What a program of the operator prints: an answer or a fault, and never data that would be two lines or another record.</summary>
    public static void ProgramAnswer(ReadOnlySpan<byte> input)
    {
        var octets = input.ToArray();
        foreach (var type in new[] { RecordType.A, RecordType.Aaaa, RecordType.Ptr })
        {
            var reading = ProgramWords.Records(octets, type);
            Promise.That(reading.Set is null || reading.Trouble is null);
            Promise.That(reading.Trouble?.Length is null or (> 0 and <= 2000));
            Promise.That(reading.Set is null || (reading.Set.Ttl >= 0 && reading.Set.Values.Length is > 0 and <= 100 && reading.Set.Values.All(value => !value.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter)))));
        }

        var result = ProgramWords.Result(octets, out var fault);
        Promise.That(result is null == fault.Length > 0 && (result?.Text.Length ?? 0) <= 1000);
        Promise.That(ProgramWords.Authority(octets, out fault) is null == fault.Length > 0);
    }

    /// <summary>What is at the address of PowerDNS's API.</summary>
    public static void PowerDnsAnswer(ReadOnlySpan<byte> input)
    {
        var octets = input.ToArray();
        var sets = PowerDnsReading.Sets(octets);
        Promise.That(sets is null || sets.Value.All(set => set.Values.All(value => value is not null)));
        Promise.That(PowerDnsReading.Error(octets).Length <= 302);
        PowerDnsReading.Kind(octets);
    }
}
