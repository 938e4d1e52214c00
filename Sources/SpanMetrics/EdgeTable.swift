internal import Model
internal import TraceSearch

/// Calls counted by who calls whom.
struct EdgeTable: Sendable {
    /// Who calls whom, by the numbers of their names.
    struct Edge: Sendable {
        var client: UInt32
        var server: UInt32
        var connection: Connection

        /// Names are fewer than a million.
        fileprivate var key: UInt64 {
            UInt64(client) << 32 | UInt64(server) << 8 | UInt64(connection.rawValue)
        }
    }

    enum Connection: UInt8, Sendable {
        case direct, messaging, database, virtualNode

        /// Whether what is called tells nothing itself: its name is known from the caller only.
        var isOfPeers: Bool { self == .database || self == .virtualNode }
    }

    struct Counts: Sendable {
        var edge: Edge
        var requests: UInt64 = 0
        var failed: UInt64 = 0
        /// When it was first counted, in milliseconds since the Unix epoch.
        var since: Int64
        /// When it was last counted, by the steady clock.
        var last: Int64
    }

    private(set) var counts: [Counts] = []
    /// A row of each.
    var server = DurationTable()
    var client = DurationTable()
    /// Of the samples of each.
    private(set) var labels: [EdgeLabels] = []

    private var places: [UInt64: Int] = [:]
    /// By the steady clock.
    private var lastSweep: Int64?
    private let limits: SpanMetricsLimits

    init(_ limits: SpanMetricsLimits) { self.limits = limits }

    /// Counts a call, and returns the row of its edge.
    /// - Parameter peers: names of what `server` is, where it is no service.
    mutating func count(
        _ edge: Edge, isFailed: Bool, _ services: NameTable, _ peers: NameTable, at now: Moment
    ) -> Int {
        let row = row(of: edge, services, peers, at: now)
        counts[row].requests += 1
        if isFailed { counts[row].failed += 1 }
        counts[row].last = now.steady
        return row
    }

    private mutating func row(
        of edge: Edge, _ services: NameTable, _ peers: NameTable, at now: Moment
    ) -> Int {
        if let known = places[edge.key] { return known }
        var edge = edge
        if counts.count >= limits.edgesMax, !makeRoom(at: now) {
            edge.client = 0
            edge.server = 0
            if let known = places[edge.key] { return known }
        }
        counts.append(Counts(edge: edge, since: now.wall, last: now.steady))
        let names = edge.connection.isOfPeers ? peers : services
        labels.append(
            EdgeLabels(
                client: services.texts[Int(edge.client)], server: names.texts[Int(edge.server)],
                connection: ServiceLink.Connection(edge.connection)))
        server.appendRow()
        client.appendRow()
        places[edge.key] = counts.count - 1
        return counts.count - 1
    }

    /// Ends edges that are idle; whether there is room now.
    private mutating func makeRoom(at now: Moment) -> Bool {
        if let lastSweep, now.steady - lastSweep < 60_000 { return false }
        lastSweep = now.steady
        let kept = counts.indices.filter { now.steady - counts[$0].last < limits.idleMax }
        counts = kept.map { counts[$0] }
        labels = kept.map { labels[$0] }
        server.keep(kept)
        client.keep(kept)
        places = Dictionary(uniqueKeysWithValues: counts.enumerated().map { ($1.edge.key, $0) })
        return counts.count < limits.edgesMax
    }
}

extension ServiceLink.Connection {
    init(_ connection: EdgeTable.Connection) {
        self =
            switch connection {
            case .direct: .direct
            case .messaging: .messaging
            case .database: .database
            case .virtualNode: .virtualNode
            }
    }
}
