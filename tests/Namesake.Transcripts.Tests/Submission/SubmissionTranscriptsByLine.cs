using Namesake.Transcripts.Tests.Scripts;

namespace Namesake.Transcripts.Tests.Submission;

public sealed class SubmissionTranscriptsByLine() : SubmissionTranscripts(Chunking.Line);
