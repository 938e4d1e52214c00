internal import Recorders

/// Measures recorder processes: processor time, memory, bytes received.
struct RecorderMeter {
    struct Reading {
        let facts: ProcessFacts
        /// Percent of one core since the last look.
        let cpuPercent: Double?
        /// Bits a second over the last ten seconds; `nil` where its sockets may not be read.
        let bitrate: Double?
        /// When bytes last arrived that are more than orders and reports.
        let lastBytes: Int64?
        /// Since when they have come without a pause.
        var mediaSince: Int64?
    }

    private struct Trace {
        var startedAt: Int64
        var cpuSeconds: Double
        var time: Int64
        var cpuPercent: Double?
        var bytes = CountWindow(span: 10_000)
        var lately = CountWindow(span: 5_000)
        var lastCount: UInt64?
        var lastBytes: Int64?
        var mediaSince: Int64?
        var sockets = RecorderFinder.Sockets()
    }

    private var traces: [Int32: Trace] = [:]
    /// Milliseconds over which processor time is taken.
    private static let cpuInterval: Int64 = 5_000
    /// Bytes within five seconds that are more than sender reports and answers to keep-alives: a stalled camera still
    /// sends those.
    private static let leastMedia = 1_000.0
    /// Bytes with which a camera answers a recorder that connects: descriptions, certificates.
    private static let greeting: UInt64 = 8_000
    /// Milliseconds without bytes after which media begins anew.
    private static let pause: Int64 = 5_000

    /// - Parameter received: by socket inode, what ``SocketBytes/received()`` gave.
    mutating func read(_ pid: Int32, received: [UInt32: UInt64], now: Int64) -> Reading? {
        guard let facts = ProcessTable.facts(of: pid) else {
            traces[pid] = nil
            return nil
        }
        var trace = traces[pid] ?? Trace(startedAt: facts.startedAt, cpuSeconds: facts.cpuSeconds, time: now)
        if trace.startedAt != facts.startedAt {
            trace = Trace(startedAt: facts.startedAt, cpuSeconds: facts.cpuSeconds, time: now)
        }
        if now - trace.time >= Self.cpuInterval {
            trace.cpuPercent = max(0, facts.cpuSeconds - trace.cpuSeconds) * 100_000 / Double(now - trace.time)
            trace.cpuSeconds = facts.cpuSeconds
            trace.time = now
        }
        let count = trace.sockets.received(by: pid, of: received, now: now)
        if let count {
            trace.bytes.add(Double(count), at: now)
            trace.lately.add(Double(count), at: now)
            if let last = trace.lastCount, count > last, count > Self.greeting, trace.lately.growth >= Self.leastMedia {
                if now - (trace.lastBytes ?? .min / 2) > Self.pause { trace.mediaSince = now }
                trace.lastBytes = now
            }
            trace.lastCount = count
        }
        traces[pid] = trace
        return Reading(
            facts: facts, cpuPercent: trace.cpuPercent,
            bitrate: count == nil ? nil : trace.bytes.perSecond.map { $0 * 8 },
            lastBytes: trace.lastBytes, mediaSince: trace.mediaSince)
    }

    mutating func forget(except pids: Set<Int32>) { traces = traces.filter { pids.contains($0.key) } }
}
