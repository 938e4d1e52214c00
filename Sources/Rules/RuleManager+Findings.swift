package import Model

extension RuleManager: FindingSource {
    /// Rules whose last evaluation failed.
    package var findings: [Finding] {
        snapshot().flatMap(\.rules).filter { $0.health == .err }.map {
            Finding(.error, part: "rules", text: "\($0.name): \($0.lastError)")
        }
    }
}
