internal import ConfigText
package import Model

/// Where a job's targets are looked for while it runs.
package enum DiscoveryConfig: Sendable, Hashable {
    /// Files of target groups, by paths whose last part may be a pattern.
    case file(paths: [String], refreshInterval: Duration)
    /// An address that answers with target groups.
    case http(url: String, client: HTTPClientConfig, refreshInterval: Duration)
    /// Records of names; the port is that of all targets but those of SRV records.
    case dns(names: [String], type: DNSRecordType, port: Int, refreshInterval: Duration)

    package var refreshInterval: Duration {
        switch self {
        case .file(_, let interval), .http(_, _, let interval), .dns(_, _, _, let interval): interval
        }
    }
}

/// Kinds of DNS records (RFC 1035, RFC 2782, RFC 3596), by their numbers.
package enum DNSRecordType: UInt16, Sendable, Hashable {
    case a = 1
    case ns = 2
    case mx = 15
    case aaaa = 28
    case srv = 33
}

/// Addresses with the labels that all of them get.
package struct TargetGroup: Sendable, Hashable {
    package var addresses: [String]
    package var labels: Labels

    package init(addresses: [String], labels: Labels) {
        self.addresses = addresses
        self.labels = labels
    }
}

/// Reads target groups as files and HTTP answers have them: a list of mappings with `targets` and `labels`, in YAML, of
/// which JSON is a part.
package enum TargetGroupReader {
    /// - Throws: ``TargetGroupError`` with everything that is wrong.
    package static func read(_ text: String, path: String) throws(TargetGroupError) -> [TargetGroup] {
        let problems = ProblemList()
        let root = YAMLFile.root(of: text, path: path, problems: problems)
        let groups = (root?.list { $0.mapping(ScrapeConfigReader.targets) } ?? []).map {
            TargetGroup(addresses: $0.targets.map(\.value), labels: $0.labels)
        }
        if let first = problems.errors.first { throw TargetGroupError(description: first.description) }
        return groups
    }
}

/// Target groups that cannot be read.
package struct TargetGroupError: Error, Sendable, CustomStringConvertible {
    package let description: String
}
