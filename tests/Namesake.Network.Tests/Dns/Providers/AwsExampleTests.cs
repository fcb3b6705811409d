using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Namesake.Network.Dns.Providers;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>samples/dns-providers/aws_ec2.py against its API as documented.</summary>
public sealed class AwsExampleTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Default = "ec2-203-0-113-5.eu-central-1.compute.amazonaws.com.";

    private static readonly DomainName Zone = DomainName.Parse("113.0.203.in-addr.arpa"), Name = DomainName.Parse("5.113.0.203.in-addr.arpa");

    private readonly Queue<(int Status, string Body)> _before = new();
    private string _name = Default;
    private string? _coming, _failure;
    private int _pending;
    private bool _mayNot;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RecordChange Change(string? old, string? made) => new()
    {
        By = "cloud",
        Reason = "it is a test",
        Zone = Zone,
        Name = Name,
        Type = RecordType.Ptr,
        Old = old is null ? null : RecordSet.Of(3600, old),
        New = made is null ? null : RecordSet.Of(3600, made),
    };

    private static string Error(string code, string message) => $"""<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>1</RequestID></Response>""";

    private static string Body(string action, string content) => $"""<?xml version="1.0" encoding="UTF-8"?><{action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId>{content}</{action}Response>""";

    private (int, string) Answer(HttpRequest request, string body)
    {
        if (!AwsSignature.IsRight(request, body, Secret))
            return (401, Error("AuthFailure", "AWS was not able to validate the provided access credentials"));
        var form = QueryHelpers.ParseQuery(body).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        var action = form["Action"];
        if (!action.StartsWith("Describe", StringComparison.Ordinal) && !form.ContainsKey("DryRun") && _before.TryDequeue(out var instead))
            return instead;
        switch (action)
        {
            case "DescribeAddresses":
                return (200, Body(action, form["Filter.1.Value.1"] == "203.0.113.5" ? "<addressesSet><item><publicIp>203.0.113.5</publicIp><allocationId>eipalloc-42</allocationId></item></addressesSet>" : "<addressesSet/>"));
            case "DescribeAddressesAttribute":
                if (_coming is not null && _failure is null && --_pending < 0)
                    (_name, _coming) = (_coming, null);
                return (200, Body(action, $"<addressSet>{Item()}</addressSet>"));
            case "ModifyAddressAttribute" or "ResetAddressAttribute" when _mayNot:
                return (403, Error("UnauthorizedOperation", "You are not authorized to perform this operation."));
            case "ModifyAddressAttribute" when form.ContainsKey("DryRun"):
                return (412, Error("DryRunOperation", "Request would have succeeded, but DryRun flag is set."));
            case "ModifyAddressAttribute":
                _coming = form["DomainName"] + ".";
                return (200, Body(action, $"<address>{Item()}</address>"));
            case "ResetAddressAttribute":
                _coming = Default;
                return (200, Body(action, $"<address>{Item()}</address>"));
            default:
                return (400, Error("InvalidAction", "The action is not valid for this web service."));
        }
    }

    private string Item() => $"<item><publicIp>203.0.113.5</publicIp><allocationId>eipalloc-42</allocationId><ptrRecord>{_name}</ptrRecord>{(_coming is null ? "" : $"<ptrRecordUpdate><value>{_coming}</value><status>{(_failure is null ? "PENDING" : "FAILED")}</status><reason>{_failure}</reason></ptrRecordUpdate>")}</item>";

    private static ProgramProvider Example(CloudApi api, string secret = Secret) =>
        api.Example("aws_ec2.py", $"[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = {secret}\naws_session_token = token/of=session\n", "--region", "eu-central-1", "--api", api.Url, "--credentials");

    private static async Task<string> ReadAsync(IDnsProvider provider) => await provider.ReadAsync(Zone, Name, RecordType.Ptr, Token) is { Trouble: null } read ? read.Set?.Values[0] ?? "none" : "unknown";

    [Fact]
    public void The_signature_is_the_one_of_the_published_example() => // The example of "Create a signed AWS API request", AWS documentation.
        Assert.Equal("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9", Convert.ToHexStringLower(AwsSignature.KeyOf(Secret, "20150830", "us-east-1", "iam")));

    [Fact]
    public async Task A_name_is_set_when_its_update_is_through_and_amazons_own_counts_as_absent()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        var provider = Example(api);
        Assert.Equal("none", await ReadAsync(provider));
        _pending = 2;
        Assert.IsType<WriteResult.Done>(await provider.WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token));
        Assert.Equal("mail.acme.example.", _name);
        Assert.Equal("mail.acme.example.", await ReadAsync(provider));
        Assert.IsType<WriteResult.Done>(await provider.WriteAsync(Zone, [Change("mail.acme.example.", null)], Token));
        Assert.Equal((Default, "none"), (_name, await ReadAsync(provider)));
    }

    [Fact]
    public async Task What_is_otherwise_than_planned_is_a_conflict()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        _name = "theirs.example.";
        Assert.Contains("theirs.example", Assert.IsType<WriteResult.Conflict>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(api.Asked, asked => asked.Contains("Modify", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_update_that_fails_is_refused_with_its_reason()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        _failure = "the A record does not lead to the address";
        Assert.Equal(_failure, Assert.IsType<WriteResult.Refused>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token)).Text);
    }

    [Fact]
    public async Task A_rate_limit_is_waited_for()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        _before.Enqueue((503, Error("RequestLimitExceeded", "Request limit exceeded.")));
        Assert.IsType<WriteResult.Done>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token));
    }

    [Fact]
    public async Task An_error_of_the_server_behind_a_write_leaves_it_uncertain()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        _before.Enqueue((500, Error("InternalError", "An internal error has occurred.")));
        Assert.IsType<WriteResult.Uncertain>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token));
    }

    [Fact]
    public async Task Authority_is_proven_by_a_try_without_effect()
    {
        await using var api = await CloudApi.StartAsync(Answer);
        Assert.Equal(WriteAccess.Proven, (await Example(api).ProveAsync(Zone, Name, RecordType.Ptr, Token)).Access);
        Assert.Equal(Default, _name);
        Assert.Contains("AuthFailure", (await Example(api, "wrong").ProveAsync(Zone, Name, RecordType.Ptr, Token)).Detail, StringComparison.Ordinal);
        _mayNot = true;
        var authority = await Example(api).ProveAsync(Zone, Name, RecordType.Ptr, Token);
        Assert.Equal((WriteAccess.None, "You are not authorized to perform this operation. (UnauthorizedOperation)"), (authority.Access, authority.Detail));
        Assert.IsType<WriteResult.Refused>(await Example(api).WriteAsync(Zone, [Change(null, "mail.acme.example.")], Token));
    }
}
