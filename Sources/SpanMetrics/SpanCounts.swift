internal import Base
internal import Model

/// What is counted of spans. Who holds it locks it.
struct SpanCounts: Sendable {
    private(set) var calls: CallTable
    private(set) var edges: EdgeTable
    /// Spans whose other half never came, and those that had to go before it could.
    private(set) var unpaired: UInt64 = 0
    private(set) var dropped: UInt64 = 0
    /// Times that cannot be.
    private(set) var oddDurations: UInt64 = 0

    private var services: NameTable
    private var peers: NameTable
    private var waiting: PairTable
    /// The services of a batch's resources; kept for its memory.
    private var resources: [UInt32] = []
    private let limits: SpanMetricsLimits

    /// What had to go sooner than this was dropped for want of room, in milliseconds; later it is as good as unpaired.
    private static let waitMin: Int64 = 5_000

    init(_ limits: SpanMetricsLimits) {
        self.limits = limits
        calls = CallTable(limits)
        edges = EdgeTable(limits)
        services = NameTable(max: limits.servicesMax)
        peers = NameTable(max: limits.servicesMax)
        waiting = PairTable(max: limits.waitingMax)
    }

    /// How many spans wait for their other half, or for more of them.
    var waitingCount: Int { waiting.count }

    /// Counts all spans of a batch.
    mutating func count(_ batch: SpanBatch, at now: Moment) {
        endWaiting(at: now)
        batch.bytes.withUnsafeBytes { bytes in
            resources.removeAll(keepingCapacity: true)
            for resource in batch.resources {
                let name = UnsafeRawBufferPointer(rebasing: bytes[resource.service])
                resources.append(
                    name.isEmpty
                        ? Self.noServiceName.withUnsafeBytes { services.number(of: $0) } : services.number(of: name))
            }
            batch.attributes.withUnsafeBufferPointer { attributes in
                batch.spans.withUnsafeBufferPointer { rows in
                    for index in rows.indices {
                        let service = resources[Int(batch.scopes[Int(rows[index].scope)].resource)]
                        count(rows[index], service, attributes, bytes, at: now)
                    }
                }
            }
        }
    }

    private static let noServiceName = Array(SpanResource.noServiceName.utf8)

    @inline(__always)
    private mutating func count(
        _ row: SpanBatch.Row, _ service: UInt32, _ attributes: UnsafeBufferPointer<SpanBatch.Attribute>,
        _ bytes: UnsafeRawBufferPointer, at now: Moment
    ) {
        let name = UnsafeRawBufferPointer(rebasing: bytes[row.name])
        let set = calls.count(name, service: service, row.kind, row.status, services, at: now)
        let duration = row.duration
        if isPossible(duration) {
            calls.durations.observe(set, duration, row.traceID, row.spanID, at: now, markAge: limits.exemplarAge)
        } else {
            oddDurations += 1
        }
        switch row.kind {
        case .client, .producer: countCaller(row, service, attributes, bytes, at: now)
        case .server, .consumer: countCalled(row, service, at: now)
        case .internal, .unspecified: break
        }
    }

    // MARK: Pairs

    private func waiting(_ row: SpanBatch.Row, _ service: UInt32, at now: Moment) -> PairTable.Waiting {
        let isCaller = row.kind == .client || row.kind == .producer
        return PairTable.Waiting(
            traceID: row.traceID, callerID: isCaller ? row.spanID : row.parentID, spanID: row.spanID,
            duration: row.duration, arrived: now.steady, service: service, isCaller: isCaller,
            isMessaging: row.kind == .producer || row.kind == .consumer, isFailed: row.status == .error)
    }

    @inline(never)
    private mutating func countCaller(
        _ row: SpanBatch.Row, _ service: UInt32, _ attributes: UnsafeBufferPointer<SpanBatch.Attribute>,
        _ bytes: UnsafeRawBufferPointer, at now: Moment
    ) {
        var caller = waiting(row, service, at: now)
        switch PeerName(row, attributes, bytes) {
        case .database(let name):
            // A database tells nothing itself: there is nothing to wait for.
            let edge = EdgeTable.Edge(
                client: service, server: peers.number(of: UnsafeRawBufferPointer(rebasing: bytes[name])),
                connection: .database)
            count(edge, caller: caller, called: nil, at: now)
            return
        case .node(let name): caller.peer = peers.number(of: UnsafeRawBufferPointer(rebasing: bytes[name])) + 1
        case nil: break
        }
        // The same span sent once more.
        if waiting.hasCaller(row.traceID, row.spanID) { return }
        var called: [PairTable.Waiting] = []
        waiting.takeCalled(row.traceID, row.spanID) { called.append($0) }
        for other in called { pair(caller, other, at: now); caller.isPaired = true }
        append(caller, at: now)
    }

    @inline(never)
    private mutating func countCalled(_ row: SpanBatch.Row, _ service: UInt32, at now: Moment) {
        let called = waiting(row, service, at: now)
        // With Zipkin both halves of a call have one number.
        if let caller = waiting.takeCaller(row.traceID, row.spanID) ?? waiting.takeCaller(row.traceID, row.parentID) {
            pair(caller, called, at: now)
        } else {
            append(called, at: now)
        }
    }

    private mutating func pair(_ caller: PairTable.Waiting, _ called: PairTable.Waiting, at now: Moment) {
        let edge = EdgeTable.Edge(
            client: caller.service, server: called.service,
            connection: caller.isMessaging || called.isMessaging ? .messaging : .direct)
        count(edge, caller: caller, called: called, at: now)
    }

    /// Counts a call. The time of a caller is counted once, however many it called.
    private mutating func count(
        _ edge: EdgeTable.Edge, caller: PairTable.Waiting, called: PairTable.Waiting?, at now: Moment
    ) {
        let isFailed = caller.isFailed || called?.isFailed == true
        let row = edges.count(edge, isFailed: isFailed, services, peers, at: now)
        let age = limits.exemplarAge
        if !caller.isPaired, isPossible(caller.duration) {
            edges.client.observe(row, caller.duration, caller.traceID, caller.spanID, at: now, markAge: age)
        }
        if let called, isPossible(called.duration) {
            edges.server.observe(row, called.duration, called.traceID, called.spanID, at: now, markAge: age)
        }
    }

    private func isPossible(_ duration: Int64) -> Bool { duration >= 0 && duration <= limits.durationMax }

    private mutating func append(_ span: PairTable.Waiting, at now: Moment) {
        if waiting.isFull { endOldest(at: now) }
        waiting.append(span)
    }

    /// Ends the wait of those that came too long ago.
    mutating func endWaiting(at now: Moment) {
        while let oldest = waiting.oldest, now.steady - oldest.arrived >= limits.waitMax { endOldest(at: now) }
    }

    private mutating func endOldest(at now: Moment) {
        guard let span = waiting.oldest else { return }
        waiting.removeFirst()
        // Nobody called a root.
        if span.isPaired || !span.isCaller && span.callerID.isZero { return }
        if now.steady - span.arrived < Self.waitMin {
            dropped += 1
        } else if span.peer > 0 {
            let edge = EdgeTable.Edge(client: span.service, server: span.peer - 1, connection: .virtualNode)
            count(edge, caller: span, called: nil, at: now)
        } else {
            unpaired += 1
        }
    }
}

extension SpanBatch.Row {
    /// Nanoseconds; below zero where the times make no sense.
    fileprivate var duration: Int64 {
        let (duration, isTooLong) = end.subtractingReportingOverflow(start)
        return isTooLong ? -1 : duration
    }
}
