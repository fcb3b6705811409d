using System.Buffers;
using System.Text;
using Namesake.Protocol.PolicyDelegation;

namespace Namesake.Protocol.Tests.PolicyDelegation;

public sealed class PolicyRequestReaderTests
{
    /// <summary>As Postfix 3.10 sends it.</summary>
    private const string FromPostfix =
        """
        request=smtpd_access_policy
        protocol_state=RCPT
        protocol_name=ESMTP
        client_address=203.0.113.5
        client_name=mail.acme.example
        client_port=40112
        reverse_client_name=mail.acme.example
        server_address=198.51.100.21
        server_port=25
        helo_name=mail.acme.example
        sender=ann@acme.example
        recipient=bob@receiver.example
        recipient_count=0
        queue_id=
        instance=1f2a.66f0.9d3e1.0
        size=0
        etrn_domain=
        stress=
        sasl_method=
        sasl_username=
        sasl_sender=
        ccert_subject=
        ccert_issuer=
        ccert_fingerprint=
        ccert_pubkey_fingerprint=
        encryption_protocol=
        encryption_cipher=
        encryption_keysize=0
        policy_context=
        compatibility_level=3.6
        mail_version=3.10.5


        """;

    private static readonly PolicyRequest Acme = new()
    {
        ProtocolState = "RCPT", ClientAddress = "203.0.113.5", ClientName = "mail.acme.example", ReverseClientName = "mail.acme.example", HeloName = "mail.acme.example", Instance = "1f2a.66f0.9d3e1.0",
    };

    [Fact]
    public void What_Postfix_sends_is_read() => Assert.Equal(Acme, Assert.Single(Read(FromPostfix)));

    [Fact]
    public void Octet_by_octet_it_is_the_same()
    {
        var reader = new PolicyRequestReader();
        var pending = "";
        var read = new List<PolicyRequest>();
        foreach (var octet in FromPostfix)
        {
            pending += octet;
            var buffer = Sequence(pending);
            if (reader.Read(ref buffer) is { } request)
                read.Add(request);
            pending = Encoding.UTF8.GetString(buffer);
        }
        Assert.Equal(Acme, Assert.Single(read));
    }

    [Fact]
    public void Several_requests_on_one_connection_have_nothing_of_each_other() =>
        Assert.Equal([Acme, new PolicyRequest { ClientAddress = "203.0.113.6" }], Read($"{FromPostfix}request=smtpd_access_policy\nclient_address=203.0.113.6\n\n"));

    [Fact]
    public void Attributes_nobody_reads_and_their_order_do_not_matter() =>
        Assert.Equal(new PolicyRequest { HeloName = "a=b", ClientAddress = "203.0.113.6" }, Assert.Single(Read("tomorrow=new\nhelo_name=a=b\nclient_address=203.0.113.6\nx=\nrequest=smtpd_access_policy\n\n")));

    [Fact]
    public void Of_an_attribute_sent_twice_the_first_counts() =>
        Assert.Equal("203.0.113.6", Assert.Single(Read("request=smtpd_access_policy\nclient_address=203.0.113.6\nclient_address=203.0.113.7\n\n")).ClientAddress);

    [Fact]
    public void Octets_that_are_no_UTF_8_are_read_as_something_else_and_do_no_harm()
    {
        var buffer = new ReadOnlySequence<byte>([.. "request=smtpd_access_policy\nhelo_name="u8, 0xFF, 0xC3, .. "\n\n"u8]);
        Assert.Contains('\uFFFD', new PolicyRequestReader().Read(ref buffer)!.HeloName);
    }

    [Theory]
    [InlineData("\n", "request=")]
    [InlineData("client_address=203.0.113.5\n\n", "request=")]
    [InlineData("request=junk\n\n", "something else")]
    [InlineData("GET / HTTP/1.1\r\n", "no name=value")]
    [InlineData("=value\n", "no name=value")]
    [InlineData("request=smtpd_access_policy\r\n\r\n", "no name=value")]
    [InlineData("request=smtpd_access_policy\nhelo_name=a\0b\n\n", "NUL")]
    public void What_is_no_request_ends_the_reading(string sent, string fault)
    {
        var reader = new PolicyRequestReader();
        var buffer = Sequence(sent + FromPostfix);
        Assert.Null(reader.Read(ref buffer));
        Assert.Contains(fault, reader.Fault, StringComparison.Ordinal);
        Assert.Null(reader.Read(ref buffer));
    }

    [Fact]
    public void A_line_may_have_4096_octets_and_not_one_more()
    {
        var longest = "request=smtpd_access_policy\nhelo_name=" + new string('a', PolicyRequestReader.MaxLineOctets - "helo_name=".Length);
        Assert.Equal(PolicyRequestReader.MaxLineOctets - "helo_name=".Length, Assert.Single(Read(longest + "\n\n")).HeloName.Length);
        Assert.Contains("4096", FaultOf(longest + "a\n\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_does_not_end_is_given_up_once_it_is_too_long()
    {
        Assert.Null(FaultOf(new string('a', PolicyRequestReader.MaxLineOctets)));
        Assert.Contains("4096", FaultOf(new string('a', PolicyRequestReader.MaxLineOctets + 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_100_attributes_are_too_many()
    {
        Assert.Single(Read("request=smtpd_access_policy\n" + string.Concat(Enumerable.Repeat("a=b\n", PolicyRequestReader.MaxAttributes - 1)) + "\n"));
        Assert.Contains("100", FaultOf(string.Concat(Enumerable.Repeat("a=b\n", 10_000))), StringComparison.Ordinal);
    }

    private static string? FaultOf(string sent)
    {
        var reader = new PolicyRequestReader();
        var buffer = Sequence(sent);
        Assert.Null(reader.Read(ref buffer));
        return reader.Fault;
    }

    private static List<PolicyRequest> Read(string sent)
    {
        var reader = new PolicyRequestReader();
        var buffer = Sequence(sent.ReplaceLineEndings("\n"));
        var read = new List<PolicyRequest>();
        while (reader.Read(ref buffer) is { } request)
            read.Add(request);
        Assert.Null(reader.Fault);
        Assert.False(reader.IsInside);
        return read;
    }

    private static ReadOnlySequence<byte> Sequence(string text) => new(Encoding.UTF8.GetBytes(text));
}
