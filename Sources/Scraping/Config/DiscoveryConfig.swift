internal import ConfigText
public import Model

/// Where a job's targets are looked for while it runs.
public enum DiscoveryConfig: Sendable, Hashable {
    /// Files of target groups, by paths whose last part may be a pattern.
    case file(paths: [String], refreshInterval: Duration)
    /// An address that answers with target groups.
    case http(url: String, client: HTTPClientConfig, refreshInterval: Duration)
    /// Records of names; the port is that of all targets but those of SRV records.
    case dns(names: [String], type: DNSRecordType, port: Int, refreshInterval: Duration)

    public var refreshInterval: Duration {
        switch self {
        case .file(_, let interval), .http(_, _, let interval), .dns(_, _, _, let interval): interval
        }
    }
}

/// Kinds of DNS records (RFC 1035, RFC 2782, RFC 3596), by their numbers.
public enum DNSRecordType: UInt16, Sendable, Hashable {
    case a = 1
    case ns = 2
    case mx = 15
    case aaaa = 28
    case srv = 33
}

/// Addresses with the labels that all of them get.
public struct TargetGroup: Sendable, Hashable {
    public var addresses: [String]
    public var labels: Labels

    public init(addresses: [String], labels: Labels) {
        self.addresses = addresses
        self.labels = labels
    }
}

/// Reads target groups as files and HTTP answers have them: a list of mappings with `targets` and `labels`, in YAML, of
/// which JSON is a part.
public enum TargetGroupReader {
    /// - Throws: ``TargetGroupError`` with everything that is wrong.
    public static func read(_ text: String, path: String) throws(TargetGroupError) -> [TargetGroup] {
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
public struct TargetGroupError: Error, Sendable, CustomStringConvertible {
    public let description: String
}
