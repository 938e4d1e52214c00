package import Model

extension ForwardingAppender: FindingSource {
    /// Remotes that do not get the samples, and samples that they will never get.
    package var findings: [Finding] {
        statuses.flatMap { remote in
            var findings: [Finding] = []
            if !remote.problem.isEmpty {
                findings.append(
                    Finding(
                        .error, part: "remote write",
                        text:
                            "\(remote.url) does not get the samples (\(remote.pendingSamples) wait): \(remote.problem)")
                )
            }
            let lost = remote.failedSamples + remote.droppedSamples
            if lost > 0 {
                findings.append(
                    Finding(.error, part: "remote write", text: "\(remote.url) did not get \(lost) samples, for good"))
            }
            return findings
        }
    }
}
