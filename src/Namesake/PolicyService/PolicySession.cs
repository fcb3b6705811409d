using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Namesake.Protocol.PolicyDelegation;

namespace Namesake.PolicyService;

/// <summary>One connection of a Postfix SMTP server: request, answer, request, answer, until it goes, is too slow, or says what is no request.</summary>
internal sealed class PolicySession(Stream stream, PolicyJudge judge, PolicyLimits limits, TimeProvider clock, ILogger log)
{
    private const int LongestInstance = 200;

    private readonly PolicyRequestReader _reader = new();
    private readonly PipeReader _input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 4096, leaveOpen: true));
    private readonly ArrayBufferWriter<byte> _output = new();
    private string _instance = "";
    private bool _headerGiven;

    /// <param name="stopping">No further request is waited for; one that is being judged is answered.</param>
    /// <param name="abort">Everything ends now.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        try
        {
            while (await ReadAsync(stopping) is { } request)
                await AnswerAsync(request, abort);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            PolicyServiceLog.ConnectionLost(log, gone.Message);
        }
        catch (Exception bug)
        {
            // The protocol has no reply for trouble: Postfix sees a closed connection, tries once more, and then does what its smtpd_policy_service_default_action says.
            PolicyServiceLog.Failed(log, bug);
        }
        finally
        {
            await _input.CompleteAsync();
        }
    }

    private async Task<PolicyRequest?> ReadAsync(CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(limits.Idle, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        var hasBegun = false;
        while (true)
        {
            ReadResult read;
            try
            {
                read = await _input.ReadAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                if (!stopping.IsCancellationRequested && hasBegun)
                    PolicyServiceLog.Closed(log, $"a request that was not complete after {limits.Request.TotalSeconds:0} s");
                return null;
            }

            var buffer = read.Buffer;
            var request = _reader.Read(ref buffer);
            _input.AdvanceTo(buffer.Start, request is null ? buffer.End : buffer.Start);
            if (request is not null)
                return request;
            if (_reader.Fault is { } fault)
            {
                PolicyServiceLog.Closed(log, fault);
                return null;
            }
            if (read.IsCompleted)
                return null;
            if (!hasBegun && (_reader.IsInside || !buffer.IsEmpty))
            {
                hasBegun = true;
                patience.CancelAfter(limits.Request);
            }
        }
    }

    private async Task AnswerAsync(PolicyRequest request, CancellationToken abort)
    {
        var decision = await judge.DecideAsync(request, abort);
        var isNew = request.Instance.Length is 0 or > LongestInstance || request.Instance != _instance;
        if (isNew)
            (_instance, _headerGiven) = (request.Instance.Length > LongestInstance ? "" : request.Instance, false);
        PolicyServiceLog.Decided(log, isNew ? LogLevel.Information : LogLevel.Debug, decision.Story);

        _output.ResetWrittenCount();
        (decision.IsHeader && !MayAddHeader(request.ProtocolState) ? PolicyAction.Dunno : decision.Action).WriteTo(_output);
        using var patience = new CancellationTokenSource(limits.Request, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, abort);
        await stream.WriteAsync(_output.WrittenMemory, either.Token);
    }

    /// <summary>Postfix asks for every recipient and would add as many fields. It takes none before MAIL, nor when the content is there already.</summary>
    private bool MayAddHeader(string state)
    {
        if (_headerGiven || state is not ("MAIL" or "RCPT" or "DATA"))
            return false;
        _headerGiven = true;
        return true;
    }
}
