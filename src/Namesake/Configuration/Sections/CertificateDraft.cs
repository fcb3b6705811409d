using System.Collections.Immutable;

namespace Namesake.Configuration.Sections;

internal sealed record CertificateDraft(Place At, ImmutableArray<Placed<string>> Names, Placed<string>? CertificateFile, Placed<string>? KeyFile);
