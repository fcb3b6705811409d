using Namesake.Transcripts.Tests.Scripts;

namespace Namesake.Transcripts.Tests.Submission;

public sealed class WholeSubmissionTranscripts() : SubmissionTranscripts(Chunking.Whole);
