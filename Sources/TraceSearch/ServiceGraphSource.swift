public import Model

/// How often something was called in some time, and how that went.
public struct CallFigures: Sendable, Hashable {
    public var calls: Double
    public var failed: Double
    /// How long half of them took at most, in seconds; `nil` where no time was measured. Like the others it is as exact as the
    /// buckets of the histogram that it comes from.
    public var p50: Double?
    public var p95: Double?
    public var p99: Double?

    public init(calls: Double = 0, failed: Double = 0, p50: Double? = nil, p95: Double? = nil, p99: Double? = nil) {
        self.calls = calls
        self.failed = failed
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
    }

    /// The share of calls that failed, from 0 to 1.
    public var failedShare: Double { calls > 0 ? min(1, failed / calls) : 0 }
}

/// That a service calls another, and how that goes.
public struct ServiceLink: Sendable, Hashable {
    /// What is between the two. The texts are those of the label `connection_type`.
    public enum Connection: String, Sendable, Hashable, CaseIterable {
        /// Nothing: the one waits for the other's answer.
        case direct = ""
        case messaging = "messaging_system"
        /// The other is a database, which tells nothing itself.
        case database = "database"
        /// The other tells nothing itself, and is known by the name or address that the one calls it by.
        case virtualNode = "virtual_node"
    }

    public var client: String
    public var server: String
    public var connection: Connection
    public var figures: CallFigures

    public init(client: String, server: String, connection: Connection, figures: CallFigures) {
        self.client = client
        self.server = server
        self.connection = connection
        self.figures = figures
    }
}

/// Which services called which in some time.
public struct ServiceGraph: Sendable, Hashable {
    public var range: TimeRange
    /// Sorted by client, server and connection.
    public var links: [ServiceLink]
    /// What each service did for others: its spans of the kinds server and consumer. By the service's name; those that did
    /// nothing for others are left out.
    public var services: [String: CallFigures]

    public init(range: TimeRange, links: [ServiceLink] = [], services: [String: CallFigures] = [:]) {
        self.range = range
        self.links = links
        self.services = services
    }
}

/// How often a service called another.
public struct ServiceDependency: Sendable, Hashable {
    public var parent: String
    public var child: String
    public var callCount: Int

    public init(parent: String, child: String, callCount: Int) {
        self.parent = parent
        self.child = child
        self.callCount = callCount
    }
}

/// What knows which services call which. Calls wait for a disk and compute: not for the cooperative pool.
public protocol ServiceGraphSource: Sendable {
    /// The calls of a time.
    /// - Throws: what the source throws when it cannot be read.
    func graph(in range: TimeRange) throws -> ServiceGraph

    /// Who called whom how often, sorted by parent and child; without pairs that did not call each other then.
    /// - Parameters:
    ///   - end: in milliseconds since the Unix epoch.
    ///   - lookback: how long before it the time begins, in milliseconds.
    /// - Throws: what the source throws when it cannot be read.
    func links(end: Int64, lookback: Int64) throws -> [ServiceDependency]
}

extension ServiceGraphSource {
    public func links(end: Int64, lookback: Int64) throws -> [ServiceDependency] {
        var counts: [String: [String: Double]] = [:]
        for link in try graph(in: TimeRange(lookback: lookback, before: end)).links {
            counts[link.client, default: [:]][link.server, default: 0] += link.figures.calls
        }
        return counts.sorted { $0.key < $1.key }.flatMap { parent, children in
            children.sorted { $0.key < $1.key }.compactMap { child, calls in
                let count = Int(exactly: calls.rounded()) ?? 0
                return count > 0 ? ServiceDependency(parent: parent, child: child, callCount: count) : nil
            }
        }
    }
}

extension TimeRange {
    /// The time of a length before a moment, both in milliseconds.
    public init(lookback: Int64, before end: Int64) {
        let (start, isTooEarly) = end.subtractingReportingOverflow(max(0, lookback))
        self.init(start: isTooEarly ? .min : start, end: end)
    }
}
