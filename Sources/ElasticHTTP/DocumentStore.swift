internal import Base
internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// Stores documents as events of the log, and says what became of each.
struct DocumentStore: Sendable {
    let source: any LogSource
    let appender: any LogAppender
    let names: IndexNames
    let now: @Sendable () -> Int64
    let known = KnownIDs()

    /// What became of one action.
    enum Outcome: Sendable {
        case stored(index: String, id: String)
        /// It was there already, and is the same.
        case unchanged(index: String, id: String)
        case failed(index: String, id: String?, ElasticError)
    }

    /// An action, and what became of it.
    struct Done: Sendable {
        let kind: BulkRequest.Kind
        let outcome: Outcome
    }

    /// The most bytes of a document.
    static let documentBytesMax = 16 << 20
    private static let limits = DocumentReader.Limits(depth: 64, values: 50_000)
    /// Events that are stored at a time, and their bytes.
    private static let together = (events: 2_000, bytes: 4 << 20)

    /// Documents on their way into the store.
    private struct Batch {
        var events: [LogEvent] = []
        /// Where their outcomes stand.
        var places: [Int] = []
        var ids: [(index: String, id: String)] = []
        /// By index and id, where their events stand.
        var named: [String: Int] = [:]
        var bytes = 0
    }

    /// Does the actions of a request, one after the other.
    /// - Throws: what the store throws, where nothing was stored at all.
    func perform(_ request: BulkRequest, _ body: UnsafeRawBufferPointer) throws -> [Done] {
        zip(request.actions, try outcomes(of: request, body)).map { Done(kind: $0.kind, outcome: $1) }
    }

    private func outcomes(of request: BulkRequest, _ body: UnsafeRawBufferPointer) throws -> [Outcome] {
        let bytes = body.bindMemory(to: UInt8.self)
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(request.actions.count)
        var batch = Batch()
        var failure: ElasticError?
        var hasStored = false
        func flush() throws {
            defer { batch = Batch() }
            if batch.events.isEmpty { return }
            if let failure { return fail(batch, failure, &outcomes) }
            do {
                try appender.append(batch.events, offset: nil)
                hasStored = true
                for (index, id) in batch.ids { known.add(id, in: index) }
            } catch {
                guard hasStored else { throw error }
                let refused = ElasticError(429, "es_rejected_execution_exception", "\(error)")
                failure = refused
                fail(batch, refused, &outcomes)
            }
        }
        let stamps = try stampsOfKnown(request, bytes)
        for action in request.actions {
            let arrival = now()
            do {
                let index = try Self.checked(action.index, now: arrival)
                do {
                    let event = try event(of: action, index, bytes, arrival)
                    if let id = action.id {
                        switch state(of: event, id, index, batch, stamps) {
                        case .absent: break
                        case .same where action.kind == .index:
                            outcomes.append(.unchanged(index: index, id: id))
                            continue
                        case .other where action.kind == .index: break
                        case .same, .other:
                            throw ElasticError(
                                409, "version_conflict_engine_exception",
                                "[\(id)]: version conflict, document already exists (current version [1])")
                        }
                        batch.ids.append((index, id))
                        batch.named["\(index)\u{0}\(id)"] = batch.events.count
                    }
                    batch.places.append(outcomes.count)
                    outcomes.append(.stored(index: index, id: EventID.text(of: event, in: index)))
                    batch.events.append(event)
                    batch.bytes += action.document.count
                } catch let error as ElasticError {
                    outcomes.append(.failed(index: index, id: action.id, error))
                }
            } catch let error as ElasticError {
                outcomes.append(.failed(index: action.index ?? "", id: action.id, error))
            }
            if batch.events.count >= Self.together.events || batch.bytes >= Self.together.bytes { try flush() }
        }
        try flush()
        return outcomes
    }

    private func fail(_ batch: Batch, _ error: ElasticError, _ outcomes: inout [Outcome]) {
        for place in batch.places {
            if case .stored(let index, let id) = outcomes[place] {
                outcomes[place] = .failed(index: index, id: id, error)
            }
        }
    }

    // MARK: Documents

    /// - Throws: ``ElasticError`` for a name that no index can have.
    static func checked(_ name: String?, now: Int64) throws -> String {
        guard var name, !name.isEmpty else {
            throw ElasticError(400, "action_request_validation_exception", "Validation Failed: 1: index is missing;")
        }
        if name.hasPrefix("<") { name = try IndexExpression(name, now: now).included[0] }
        func invalid(_ reason: String) -> ElasticError {
            ElasticError(400, "invalid_index_name_exception", "Invalid index name [\(name.prefix(80))], \(reason)")
        }
        if name.utf8.count > 255 { throw invalid("index name is too long, (\(name.utf8.count) > 255)") }
        if name.contains(where: \.isUppercase) { throw invalid("must be lowercase") }
        if name.unicodeScalars.contains(where: { "\\/*?\"<>| ,#:".unicodeScalars.contains($0) || $0.value < 32 }) {
            throw invalid(
                "must not contain the following characters [' ','\"','*','\\','<','|',',','>','/','?','#',':']")
        }
        if "_-+".contains(name.prefix(1)) { throw invalid("must not start with '_', '-', or '+'") }
        if name == "." || name == ".." { throw invalid("must not be '.' or '..'") }
        return name
    }

    private func event(
        of action: BulkRequest.Action, _ index: String, _ bytes: UnsafeBufferPointer<UInt8>, _ arrival: Int64
    ) throws -> LogEvent {
        guard action.kind == .index || action.kind == .create else {
            throw ElasticError.illegal(
                "[\(action.kind.rawValue)] is not supported: logs are append-only; write a new document")
        }
        if let id = action.id, id.utf8.count > 512 || id.isEmpty {
            throw ElasticError.illegal(
                "if _id is specified it must not be empty, nor longer than 512 bytes: it has \(id.utf8.count)")
        }
        guard action.document.count <= Self.documentBytesMax else {
            throw ElasticError(
                413, "content_too_long_exception",
                "the document has \(action.document.count) bytes, more than \(Self.documentBytesMax)")
        }
        let json = UnsafeBufferPointer(rebasing: bytes[action.document])
        let read: (document: Document, isExact: Bool)
        do {
            read = try DocumentReader.document(json, Self.limits)
        } catch {
            throw ElasticError(400, "document_parsing_exception", "failed to parse: \(error)")
        }
        for name in ["_id", "_index", "_source", "_routing"] where read.document[name] != nil {
            throw ElasticError(
                400, "document_parsing_exception",
                "Field [\(name)] is a metadata field and cannot be added inside a document. "
                    + "Use the index API request parameters.")
        }
        return LogEvent(
            read.document, json: json, isExact: read.isExact,
            timestamp: try timestamp(read.document[LogEvent.timestampName]) ?? arrival, index: index, id: action.id)
    }

    private func timestamp(_ value: DocumentValue?) throws -> Int64? {
        guard let value, value != .null else { return nil }
        let text: String? =
            switch value {
            case .string, .integer, .number: value.plainText
            default: nil
            }
        guard let text, !text.hasPrefix("now"), !text.contains("||"),
            let range = DateFormat.standard.range(text, now: 0, zone: .gmt)
        else {
            throw ElasticError(
                400, "document_parsing_exception",
                "failed to parse field [@timestamp] of type [date]: failed to parse date field "
                    + "[\((text ?? value.json).prefix(80))] with format [strict_date_optional_time||epoch_millis]")
        }
        return range.start
    }

    // MARK: Documents that are there already

    private enum State { case absent, same, other }

    private func state(
        of event: LogEvent, _ id: String, _ index: String, _ batch: Batch, _ stamps: [String: LogEvent]
    ) -> State {
        let key = "\(index)\u{0}\(id)"
        if let stored = stamps[key] { return stored == event ? .same : .other }
        if let place = batch.named[key] { return batch.events[place] == event ? .same : .other }
        return known.holds(id, in: index) ? .other : .absent
    }

    /// The stored documents with the ids of a request, of those times that its documents have.
    private func stampsOfKnown(
        _ request: BulkRequest, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws -> [String: LogEvent] {
        let ids = Set(request.actions.compactMap(\.id))
        if ids.isEmpty { return [:] }
        var range: TimeRange?
        for action in request.actions where action.id != nil && !action.document.isEmpty {
            let json = UnsafeBufferPointer(rebasing: bytes[action.document])
            guard let document = try? DocumentReader.document(json, Self.limits).document,
                let time = try? timestamp(document[LogEvent.timestampName])
            else { continue }
            range = TimeRange(start: min(range?.start ?? time, time), end: max(range?.end ?? time, time))
        }
        guard let range else { return [:] }
        var found: [String: LogEvent] = [:]
        let query = LogQuery.value(of: DocumentFields.id, isOneOf: ids.map { .string($0) }, .exact)
        try LogSearch.visit(query, in: range, fields: nil, source: source) { event in
            if case .string(let id)? = event.fields[DocumentFields.id] {
                found["\(names.index(of: event))\u{0}\(id)"] = event
            }
        }
        return found
    }
}
