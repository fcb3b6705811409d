using System.Buffers;
using System.Text;
using Namesake.Protocol.PolicyDelegation;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Fuzz.Targets;

internal static class PolicyTarget
{
    /// <summary>What comes over a policy connection: the same whole and cut anywhere, and nothing of it breaks out of the answer.</summary>
    public static void Request(ReadOnlySpan<byte> input)
    {
        var whole = new PolicyRequestReader();
        var requests = ReadAll(whole, new ReadOnlySequence<byte>(input.ToArray()));
        var cut = new PolicyRequestReader();
        Promise.That(ReadAll(cut, Promise.Cut(input, input.Length)).SequenceEqual(requests) && cut.Fault == whole.Fault && cut.IsInside == whole.IsInside);
        Promise.That(ByOctet(input, out var fault).SequenceEqual(requests) && fault == whole.Fault);
        foreach (var request in requests)
        {
            Promise.That(request.HeloName.Length <= PolicyRequestReader.MaxLineOctets && !request.HeloName.Contains('\n', StringComparison.Ordinal));
            Promise.That(IsOneAnswer(PolicyAction.Reject(new EnhancedStatusCode(5, 7, 25), request.HeloName)));
            Promise.That(IsOneAnswer(PolicyAction.Prepend("Authentication-Results", request.ClientName)));
        }
    }

    private static List<PolicyRequest> ReadAll(PolicyRequestReader reader, ReadOnlySequence<byte> buffer)
    {
        var requests = new List<PolicyRequest>();
        while (reader.Read(ref buffer) is { } request)
            requests.Add(request);
        Promise.That(reader.Fault is not null || buffer.Length <= PolicyRequestReader.MaxLineOctets);
        return requests;
    }

    private static List<PolicyRequest> ByOctet(ReadOnlySpan<byte> input, out string? fault)
    {
        var reader = new PolicyRequestReader();
        var requests = new List<PolicyRequest>();
        var kept = new byte[PolicyRequestReader.MaxLineOctets + 1];
        var length = 0;
        foreach (var octet in input)
        {
            kept[length++] = octet;
            var buffer = new ReadOnlySequence<byte>(kept, 0, length);
            if (reader.Read(ref buffer) is { } request)
                requests.Add(request);
            if (reader.Fault is not null)
                break;
            length = (int)buffer.Length;
        }
        fault = reader.Fault;
        return requests;
    }

    private static bool IsOneAnswer(PolicyAction action)
    {
        var output = new ArrayBufferWriter<byte>();
        action.WriteTo(output);
        var written = Encoding.Latin1.GetString(output.WrittenSpan);
        return written.IndexOf('\n', StringComparison.Ordinal) == written.Length - 2 && written.Length < 1100 && written[..^2].All(c => c is >= ' ' and <= '~');
    }
}
