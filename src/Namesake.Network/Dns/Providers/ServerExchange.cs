using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Providers;

/// <summary>Messages to a server over TCP, one at a time each, and their answers.</summary>
/// <remarks>Questions go over connections that are kept for the next one: a thousand records are no thousand connections. An update has a connection of its own, so that a server that closes a kept one in that moment can't
/// make it uncertain whether it has read the update.</remarks>
/// <param name="key">What both sides sign with; null: nobody signs, and nothing can be written.</param>
internal sealed class ServerExchange(IPEndPoint server, UpdateKey? key, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private const int UpdateCode = 5 << 11; // RFC 2136 §1.3
    private const int None = 254, Any = 255, Internet = 1;

    private readonly KeptConnections _kept = new(time);

    /// <summary>Asks for the records of one name and type, and nothing else.</summary>
    public async Task<Answered> AskAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        var question = new WireWriter().UInt16(0).UInt16(0).UInt16(1).UInt16(0).UInt16(0).UInt16(0).Name(name.Value).UInt16((int)type).UInt16(Internet);
        // A server closes kept connections when it likes: what was asked on one is asked again on a new one.
        if (_kept.TryTake() is { } kept && await ExchangeAsync(question, kept, keep: true, cancellation) is { Message: not null } answered)
            return answered;
        return await ExchangeAsync(question, null, keep: true, cancellation);
    }

    public void Dispose() => _kept.Dispose();

    /// <summary>An update whose prerequisites are the states before. RFC 2136 §2.4, §2.5</summary>
    /// <param name="absent">Taken out one by one, there or not.</param>
    public Task<Answered> UpdateAsync(DomainName zone, ImmutableArray<RecordChange> changes, (DomainName Name, RecordType Type, string Value)? absent, CancellationToken cancellation)
    {
        var (before, after) = (new WireWriter(), new WireWriter());
        var (conditions, updates) = (0, 0);
        foreach (var change in changes)
        {
            var (name, type) = (change.Name.Value, (int)change.Type);
            // Beside an alias a server drops other records without a word: RFC 2136 §3.4.2.2.
            before.Record(name, (int)RecordType.CName, None, 0);
            conditions++;
            if (change.Old is null)
            {
                before.Record(name, type, None, 0);
                conditions++;
            }

            foreach (var value in change.Old?.Values ?? [])
            {
                before.Record(name, type, Internet, 0, data => Data(data, change.Type, value));
                conditions++;
            }

            if (change.Old is not null)
            {
                after.Record(name, type, Any, 0);
                updates++;
            }

            foreach (var value in change.New?.Values ?? [])
            {
                after.Record(name, type, Internet, change.New!.Ttl, data => Data(data, change.Type, value));
                updates++;
            }
        }

        if (absent is var (absentName, absentType, absentValue))
        {
            after.Record(absentName.Value, (int)absentType, None, 0, data => Data(data, absentType, absentValue));
            updates++;
        }

        return ExchangeAsync(new WireWriter().UInt16(0).UInt16(UpdateCode).UInt16(1).UInt16(conditions).UInt16(updates).UInt16(0)
            .Name(zone.Value).UInt16((int)RecordType.Soa).UInt16(Internet).Bytes(before.Written).Bytes(after.Written), null, keep: false, cancellation);
    }

    private static void Data(WireWriter data, RecordType type, string value)
    {
        if (type == RecordType.Ptr)
            data.Name(value);
        else
            data.Address(IPAddress.Parse(value));
    }

    private async Task<Answered> ExchangeAsync(WireWriter message, Socket? connection, bool keep, CancellationToken cancellation)
    {
        var octets = message.Written.ToArray();
        RandomNumberGenerator.Fill(octets.AsSpan(0, 2));
        var mac = Array.Empty<byte>();
        var signed = key is null ? octets : TransactionSignature.Sign(octets, key, time.GetUtcNow(), out mac);
        if (signed.Length > ushort.MaxValue)
            throw new ArgumentException($"An update of {signed.Length} octets is longer than a message over TCP may be: give fewer changes.", nameof(message));
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var sent = false;
        var socket = connection ?? new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (connection is null)
                await socket.ConnectAsync(server, either.Token);
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            var framed = new byte[signed.Length + 2];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)signed.Length);
            signed.CopyTo(framed, 2);
            sent = true;
            await stream.WriteAsync(framed, either.Token);
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, either.Token);
            var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(answer, either.Token);
            var understood = Understand(answer, octets, mac);
            if (keep && _kept.Keep(socket))
                socket = null;
            return understood;
        }
        catch (Exception trouble) when (trouble is SocketException or IOException or FormatException || (trouble is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            var why = trouble is OperationCanceledException ? $"did not answer within {timeout.TotalSeconds:0.#} s" : trouble is FormatException ? $"answered unintelligibly: {trouble.Message}" : $"could not be spoken with: {trouble.Message}";
            return new Answered(null, default, [], sent, $"{server} {why}");
        }
        finally
        {
            socket?.Dispose();
        }
    }

    private Answered Understand(byte[] answer, byte[] question, byte[] mac)
    {
        var message = WireMessage.Parse(answer);
        if (!message.IsReply || message.Id != BinaryPrimitives.ReadUInt16BigEndian(question))
            throw new FormatException("the answer is to something else");
        return new Answered(message, key is null ? default : TransactionSignature.Verify(answer, key, mac, time.GetUtcNow()), Pointers(answer), true, "");
    }

    /// <summary>PTR data in the case it was sent in, in the order of the answer.</summary>
    private static ImmutableArray<string> Pointers(ReadOnlySpan<byte> answer)
    {
        var reader = new WireReader(answer);
        reader.Bytes(4);
        var (questions, answers) = (reader.UInt16(), reader.UInt16());
        reader.Bytes(4);
        for (var i = 0; i < questions; i++)
        {
            reader.Name();
            reader.Bytes(4);
        }

        var pointers = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < answers; i++)
        {
            reader.Name();
            var type = reader.UInt16();
            reader.Bytes(6);
            var length = reader.UInt16();
            if (type == (int)RecordType.Ptr)
                pointers.Add($"{reader.NameAsSent()}.");
            else
                reader.Bytes(length);
        }

        return pointers.ToImmutable();
    }
}
