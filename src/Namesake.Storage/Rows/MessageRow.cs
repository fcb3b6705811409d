using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Storage.Rows;

/// <summary>What is stored once per message.</summary>
internal sealed record MessageRow(
    MessageId Id,
    BrandId Brand,
    Mailbox? Sender,
    bool EightBit,
    bool SmtpUtf8,
    bool IsDsn,
    bool InFile,
    DsnReturn? Return,
    string? EnvelopeId,
    long Size,
    string Client,
    string Submitter);
