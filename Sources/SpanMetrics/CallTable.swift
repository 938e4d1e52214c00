internal import Base
internal import Model

/// Spans counted by service, name, kind and status.
struct CallTable: Sendable {
    /// A label set.
    struct CallSet: Sendable {
        var service: UInt32
        var kind: Span.Kind
        var status: Span.Status
        /// Where its name stands in `names`.
        var nameStart: Int
        var nameCount: Int
        var hash: UInt64
        var calls: UInt64 = 0
        /// When it was first counted, in milliseconds since the Unix epoch.
        var since: Int64
        /// When it was last counted, by the steady clock.
        var last: Int64
    }

    private(set) var sets: [CallSet] = []
    /// A row of each set.
    var durations = DurationTable()
    /// Of the samples of each set.
    private(set) var labels: [CallLabels] = []
    /// Spans that were counted under ``NameTable/others``.
    private(set) var others: UInt64 = 0

    private var names: [UInt8] = []
    /// Places in `sets`, by their hashes; -1 where there is none.
    private var index: [Int32]
    private var setsOfService: [UInt32: Int] = [:]
    /// By the steady clock.
    private var lastSweep: Int64?
    private let limits: SpanMetricsLimits

    init(_ limits: SpanMetricsLimits) {
        self.limits = limits
        index = Array(repeating: -1, count: 64)
    }

    /// Counts a span, and returns its label set.
    @inline(__always)
    mutating func count(
        _ name: UnsafeRawBufferPointer, service: UInt32, _ kind: Span.Kind, _ status: Span.Status,
        _ services: NameTable, at now: Moment
    ) -> Int {
        let hash = Self.hash(name, service, kind, status)
        let set =
            find(name, service, kind, status, hash) ?? findSlowly(name, service, kind, status, services, at: now)
        sets[set].calls += 1
        sets[set].last = now.steady
        return set
    }

    @inline(__always)
    private static func hash(
        _ name: UnsafeRawBufferPointer, _ service: UInt32, _ kind: Span.Kind, _ status: Span.Status
    ) -> UInt64 {
        let key = UInt64(service) << 16 | UInt64(kind.rawValue) << 8 | UInt64(status.rawValue)
        return ByteHash.hash(name, seed: ByteHash.hash(key))
    }

    @inline(__always)
    private func find(
        _ name: UnsafeRawBufferPointer, _ service: UInt32, _ kind: Span.Kind, _ status: Span.Status, _ hash: UInt64
    ) -> Int? {
        let mask = index.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while index[place] >= 0 {
            let at = Int(index[place])
            if sets[at].hash == hash, sets[at].service == service, sets[at].kind == kind, sets[at].status == status,
                sets[at].nameCount == name.count,
                names.withUnsafeBytes({ name.isEqual(to: $0, at: sets[at].nameStart) })
            {
                return at
            }
            place = (place + 1) & mask
        }
        return nil
    }

    /// The set of a name that is not known as it stands.
    @inline(never)
    private mutating func findSlowly(
        _ name: UnsafeRawBufferPointer, _ service: UInt32, _ kind: Span.Kind, _ status: Span.Status,
        _ services: NameTable, at now: Moment
    ) -> Int {
        // A flood of names comes by here: for those nothing is allocated.
        let isFull = isFull(service) && !makeRoom(for: service, at: now)
        if !isFull || !NameTable.isPlain(name) {
            var text = NameTable.text(name)
            let set = text.withUTF8 { utf8 -> Int? in
                let bytes = UnsafeRawBufferPointer(utf8)
                let hash = Self.hash(bytes, service, kind, status)
                if let known = find(bytes, service, kind, status, hash) { return known }
                return isFull ? nil : insert(bytes, service, kind, status, hash, services, at: now)
            }
            if let set { return set }
        }
        others += 1
        // There is always a set of the others, or what is counted would not be all; where there are too many sets, one for
        // all services.
        let service = sets.count < limits.setsMax ? service : 0
        return NameTable.othersBytes.withUnsafeBytes { bytes in
            let hash = Self.hash(bytes, service, kind, status)
            return find(bytes, service, kind, status, hash)
                ?? insert(bytes, service, kind, status, hash, services, at: now)
        }
    }

    private func isFull(_ service: UInt32) -> Bool {
        sets.count >= limits.setsMax || setsOfService[service, default: 0] >= limits.setsOfServiceMax
    }

    private mutating func insert(
        _ name: UnsafeRawBufferPointer, _ service: UInt32, _ kind: Span.Kind, _ status: Span.Status, _ hash: UInt64,
        _ services: NameTable, at now: Moment
    ) -> Int {
        sets.append(
            CallSet(
                service: service, kind: kind, status: status, nameStart: names.count, nameCount: name.count, hash: hash,
                since: now.wall, last: now.steady))
        names.append(contentsOf: name)
        labels.append(
            CallLabels(
                service: services.texts[Int(service)], name: String(decoding: name, as: UTF8.self), kind: kind,
                status: status))
        durations.appendRow()
        setsOfService[service, default: 0] += 1
        if sets.count * 2 > index.count { rebuildIndex() } else { enter(sets.count - 1) }
        return sets.count - 1
    }

    private mutating func enter(_ set: Int) {
        let mask = index.count - 1
        var place = Int(truncatingIfNeeded: sets[set].hash) & mask
        while index[place] >= 0 { place = (place + 1) & mask }
        index[place] = Int32(set)
    }

    private mutating func rebuildIndex() {
        var size = 64
        while size < sets.count * 4 { size *= 2 }
        index = Array(repeating: -1, count: size)
        for set in sets.indices { enter(set) }
    }

    /// Ends label sets that are idle; whether there is room now.
    private mutating func makeRoom(for service: UInt32, at now: Moment) -> Bool {
        // Looked for once a minute: where none is idle, every further span would look in vain.
        if let lastSweep, now.steady - lastSweep < 60_000 { return false }
        lastSweep = now.steady
        let kept = sets.indices.filter { now.steady - sets[$0].last < limits.idleMax }
        guard kept.count < sets.count else { return false }
        var freshNames: [UInt8] = []
        var fresh: [CallSet] = []
        setsOfService = [:]
        for place in kept {
            var set = sets[place]
            let name = names[set.nameStart..<set.nameStart + set.nameCount]
            set.nameStart = freshNames.count
            freshNames.append(contentsOf: name)
            fresh.append(set)
            setsOfService[set.service, default: 0] += 1
        }
        labels = kept.map { labels[$0] }
        durations.keep(kept)
        names = freshNames
        sets = fresh
        rebuildIndex()
        return !isFull(service)
    }
}

extension ByteHash {
    /// The hash of a number.
    @inline(__always)
    static func hash(_ number: UInt64) -> UInt64 {
        withUnsafeBytes(of: number) { hash($0) }
    }
}
