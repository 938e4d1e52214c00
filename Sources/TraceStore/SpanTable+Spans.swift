import Base
import Model
import Partitions

extension SpanTable {
    /// The value of a header's attribute.
    /// - Parameter strings: the header's strings as they are; bytes need not be texts.
    static func value(
        _ kind: ColumnKind, _ value: UInt64, _ texts: [String], _ strings: [UnsafeRawBufferPointer]
    ) throws -> SpanValue {
        switch kind {
        case .string: .string(texts[Int(value)])
        case .json: .json(texts[Int(value)])
        case .bytes: .bytes(Array(strings[Int(value)]))
        case .boolean: .boolean(value != 0)
        case .integer: .integer(Int64(bitPattern: value))
        case .number: .number(Double(bitPattern: value))
        default: throw StoreError.damaged("a block of spans")
        }
    }

    /// The value of a column's place.
    func value(_ column: BlockColumn, _ place: Int) throws -> SpanValue {
        if column.kind.isText {
            let texts = try column.texts()
            return try value(column.kind, texts, texts.place(of: place))
        }
        let number = try column.numbers()[place]
        return switch column.kind {
        case .boolean: .boolean(number != 0)
        case .number: .number(Double(bitPattern: number))
        default: .integer(Int64(bitPattern: number))
        }
    }

    /// The value of a string of a column.
    func value(_ kind: ColumnKind, _ texts: BlockColumn.Texts, _ place: Int) throws -> SpanValue {
        switch kind {
        case .json: .json(texts.string(place))
        case .bytes: .bytes(Array(texts.bytes[texts[place]]))
        default: .string(texts.string(place))
        }
    }

    /// What a row of a table has in its columns.
    private struct Row {
        var attributes: [SpanAttribute] = []
        var texts: [ColumnKind: String] = [:]
        var numbers: [ColumnKind: UInt64] = [:]
    }

    private func row(_ row: Int, of table: RowTable) throws -> Row {
        let number = Int(try table.classOfRow()[row])
        let rank = Int(try table.ranks()[row])
        var result = Row()
        for (position, place) in table.shapes[table.classes[number].shape].enumerated() {
            let column = table.columns[place]
            let value = table.firstValues[number][position] + rank
            if column.kind.isAttribute {
                result.attributes.append(SpanAttribute(texts[column.key], try self.value(column, value)))
            } else if column.kind.isText {
                let texts = try column.texts()
                result.texts[column.kind] = texts.string(texts.place(of: value))
            } else {
                result.numbers[column.kind] = try column.numbers()[value]
            }
        }
        return result
    }

    /// Where the events or links of each row begin, and in the end how many there are.
    func firstParts(_ kind: ColumnKind, _ table: RowTable) throws -> [Int] {
        var counts = [Int](repeating: 0, count: count + 1)
        if table.count == 0 { return counts }
        let byClass = try spans.rowsByClass()
        var first = 0
        for (number, found) in spans.classes.enumerated() {
            for (position, place) in spans.shapes[found.shape].enumerated() where spans.columns[place].kind == kind {
                let numbers = try spans.columns[place].numbers()
                for rank in 0..<found.rows {
                    let parts = numbers[spans.firstValues[number][position] + rank]
                    guard parts <= UInt64(table.count) else { throw StoreError.damaged("a block of spans") }
                    counts[Int(byClass[first + rank]) + 1] = Int(parts)
                }
            }
            first += found.rows
        }
        for row in 0..<count { counts[row + 1] += counts[row] }
        guard counts[count] == table.count else { throw StoreError.damaged("a block of spans") }
        return counts
    }

    /// The rows of a trace, if it is here.
    func rows(of trace: TraceID) throws -> Range<Int>? {
        guard let place = try identities().firstIndex(of: trace) else { return nil }
        let first = traces[..<place].reduce(0, +)
        return first..<first + traces[place]
    }

    /// Spans of one trace.
    func spans(_ rows: Range<Int>, of trace: TraceID) throws -> [Span] {
        let numbers = try numbers()
        let parents = try parents().numbers
        let (starts, durations) = try times()
        let firstEvents = try firstParts(.eventCount, events)
        let firstLinks = try firstParts(.linkCount, links)
        return try rows.map { place in
            let found = spans.classes[Int(try spans.classOfRow()[place])]
            let scope = scopes[found.scope]
            let row = try row(place, of: spans)
            var span = Span(
                traceID: trace, spanID: SpanID(numbers[place]), start: starts[place],
                end: starts[place] &+ durations[place])
            span.parentID = SpanID(parents[place])
            span.name = texts[found.name]
            span.kind = Span.Kind(rawValue: found.kind) ?? .unspecified
            span.status = Span.Status(rawValue: found.status) ?? .unset
            span.flags = found.flags
            span.resource = resources[scope.resource]
            span.scope = SpanScope(name: scope.name, version: scope.version, attributes: scope.attributes)
            span.attributes = row.attributes
            span.statusMessage = row.texts[.statusMessage] ?? ""
            span.traceState = row.texts[.traceState] ?? ""
            span.droppedAttributes = UInt32(truncatingIfNeeded: row.numbers[.droppedAttributes] ?? 0)
            span.droppedEvents = UInt32(truncatingIfNeeded: row.numbers[.droppedEvents] ?? 0)
            span.droppedLinks = UInt32(truncatingIfNeeded: row.numbers[.droppedLinks] ?? 0)
            span.events = try (firstEvents[place]..<firstEvents[place + 1]).map { event in
                let row = try self.row(event, of: events)
                return Span.Event(
                    time: starts[place] &+ Int64(bitPattern: row.numbers[.eventTime] ?? 0),
                    name: texts[events.classes[Int(try events.classOfRow()[event])].name], attributes: row.attributes)
            }
            span.links = try (firstLinks[place]..<firstLinks[place + 1]).map { link in
                let row = try self.row(link, of: links)
                return Span.Link(
                    traceID: TraceID(high: row.numbers[.linkTraceHigh] ?? 0, low: row.numbers[.linkTraceLow] ?? 0),
                    spanID: SpanID(row.numbers[.linkSpan] ?? 0), traceState: row.texts[.traceState] ?? "",
                    attributes: row.attributes)
            }
            return span
        }
    }

    /// What a search shows of a row.
    func hit(_ row: Int, of trace: TraceID) throws -> SpanHit {
        let found = spans.classes[Int(try spans.classOfRow()[row])]
        let (starts, durations) = try times()
        return SpanHit(
            traceID: trace, spanID: SpanID(try numbers()[row]), start: starts[row], duration: durations[row],
            isError: found.status == Span.Status.error.rawValue, service: service(ofScope: found.scope),
            name: texts[found.name], camera: try camera(row))
    }

    private func camera(_ row: Int) throws -> String? {
        for name in SpanAttributeNames.camera {
            if let value = try attribute(name, of: row) { return value.text }
        }
        return nil
    }

    /// The attribute of that name: the span's own, else the resource's.
    func attribute(_ name: String, of row: Int) throws -> SpanValue? {
        let number = Int(try spans.classOfRow()[row])
        for (position, place) in spans.shapes[spans.classes[number].shape].enumerated() {
            let column = spans.columns[place]
            if column.kind.isAttribute, texts[column.key] == name {
                return try value(column, spans.firstValues[number][position] + Int(try spans.ranks()[row]))
            }
        }
        let resource = resources[scopes[spans.classes[number].scope].resource]
        return resource.attributes.first { $0.key == name }?.value
    }
}
