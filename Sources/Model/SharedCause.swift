/// What cameras that failed together share: told once, for all of them.
public struct SharedCause: Sendable, Hashable, Codable {
    /// What it is, the most telling first.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        /// A login at one host and port, which is refused.
        case login
        /// A user and password at several addresses, which refuse them.
        case credentials
        /// The filesystem that takes their recordings.
        case disk
        /// The host that gives their streams, as a network video recorder.
        case address
        /// What the cameras' labels say, as a switch.
        case group
        /// The network of their addresses, a /24 of IPv4 or a /64 of IPv6.
        case subnet
        /// The host that watches them.
        case node

        public static func < (left: Kind, right: Kind) -> Bool { left.order < right.order }

        private var order: Int { Kind.allCases.firstIndex(of: self) ?? 0 }
    }

    public let kind: Kind
    /// `10.50.3.0/24`, `switch sw-3`: the label `cause` of its series. Without credentials.
    public let cause: String
    /// How many cameras are down by it.
    public let down: Int
    /// How many cameras that are watched share it.
    public let watched: Int
    /// Milliseconds from the first one's fall to the last one's; `nil` where none of them was ever seen well.
    public let span: Int64?
    /// What else exactly these cameras share, as people read it.
    public let alsoShared: [String]

    public init(kind: Kind, cause: String, down: Int, watched: Int, span: Int64?, alsoShared: [String] = []) {
        self.kind = kind
        self.cause = cause
        self.down = down
        self.watched = watched
        self.span = span
        self.alsoShared = alsoShared
    }
}

extension SharedCause {
    /// Fewer cameras that fail together are no group.
    package static let leastCameras = 3
    /// So much of those that share a cause must be down by it, as a share of 100.
    package static let leastPercent = 60
    /// So many milliseconds may lie between the falls.
    package static let window: Int64 = 60_000

    /// The rule for people: when cameras are told as one.
    package static let rule =
        "Cameras are told as one where three or more, and at least \(leastPercent) % of those that share something, "
        + "fell within \(window / 1_000) s, with those that followed in the next \(window / 1_000) s. "
        + "What explains most of them, and names fewest that are well, stands first."

    /// `11 of 12 cameras of 10.50.3.0/24`.
    package var who: String { "\(down) of \(watched) cameras \(SharedCause.text(kind, cause))" }

    /// `11 of 12 cameras of 10.50.3.0/24, within 4 s`.
    package var headline: String {
        guard let span else { return "\(who), ever since they are watched" }
        return "\(who), within \(max(1, (span + 999) / 1_000)) s"
    }

    /// `of 10.50.3.0/24`, `recorded to /srv`: what stands behind a number of cameras.
    package static func text(_ kind: Kind, _ cause: String) -> String {
        switch kind {
        case .login: "with the login at \(cause), which is refused"
        case .credentials: "with the credentials of \(cause), which are refused"
        case .disk: "recorded to \(cause)"
        case .address, .group, .subnet: "of \(cause)"
        case .node: "of the node \(cause)"
        }
    }
}
