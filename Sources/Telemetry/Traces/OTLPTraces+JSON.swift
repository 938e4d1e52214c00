internal import Base
internal import Model

extension OTLPTraces {
    /// Reads an `ExportTraceServiceRequest` in JSON: ids in hexadecimal digits, numbers of 64 bits as text or as numbers, kinds
    /// and states as numbers or by their names. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
    /// - Throws: ``OTLPError`` where the bytes are none, or hold more than ``SpanBounds`` allows.
    package init(json message: consuming [UInt8]) throws(OTLPError) {
        let empty = try SpanRows(messageBytes: message.count)
        let rows = try message.withUnsafeBytes { bytes in
            Result { () throws(OTLPError) in
                var reader = SpanJSONReader(rows: empty, cursor: JSONCursor(bytes))
                try reader.read()
                return reader.rows
            }
        }.get()
        self.init(rows, over: message)
    }
}

/// Reads spans from JSON. Members may come in any order: what belongs to a whole resource may stand behind its spans.
private struct SpanJSONReader {
    var rows: SpanRows
    var cursor: JSONCursor

    mutating func read() throws(OTLPError) {
        guard try cursor.beginsObject() else { throw OTLPError("it is not a JSON object") }
        while let name = try cursor.member() {
            guard cursor.holds(name, "resourceSpans"), try cursor.beginsList() else {
                try skip(unlessRead: name, "resourceSpans")
                continue
            }
            while try cursor.hasElement() { try resourceSpans() }
        }
        guard cursor.isAtEnd() else { throw OTLPError("something stands behind its JSON object") }
    }

    /// Goes past the value of a member that is not the one looked for: one that is, but is of another kind, is behind us.
    private mutating func skip(unlessRead name: ByteSlice, _ wanted: StaticString) throws(OTLPError) {
        if !cursor.holds(name, wanted) { try cursor.skip() }
    }

    private mutating func resourceSpans() throws(OTLPError) {
        let mark = rows.mark
        let index = rows.batch.resources.count
        rows.batch.resources.append(SpanBatch.Resource(attributes: .empty, service: .empty))
        guard try cursor.beginsObject() else { return rows.takeBackIfEmpty(since: mark) }
        while let name = try cursor.member() {
            if cursor.holds(name, "resource") {
                try resource(at: index)
            } else if cursor.holds(name, "scopeSpans") {
                guard try cursor.beginsList() else { continue }
                while try cursor.hasElement() { try scopeSpans(of: UInt32(index)) }
            } else {
                try cursor.skip()
            }
        }
        rows.takeBackIfEmpty(since: mark)
    }

    private mutating func resource(at index: Int) throws(OTLPError) {
        guard try cursor.beginsObject() else { return }
        while let name = try cursor.member() {
            guard cursor.holds(name, "attributes") else {
                try cursor.skip()
                continue
            }
            let (attributes, _) = try attributes()
            let service = rows.batch.attributes[attributes.range].first {
                $0.kind == .string && rows.holds($0.key, "service.name", cursor.bytes)
            }
            rows.batch.resources[index] = SpanBatch.Resource(
                attributes: attributes, service: service?.slice ?? .empty)
        }
    }

    private mutating func scopeSpans(of resource: UInt32) throws(OTLPError) {
        let mark = rows.mark
        let index = rows.batch.scopes.count
        rows.batch.scopes.append(
            SpanBatch.Scope(resource: resource, name: .empty, version: .empty, attributes: .empty))
        guard try cursor.beginsObject() else { return rows.takeBackIfEmpty(since: mark) }
        while let name = try cursor.member() {
            if cursor.holds(name, "scope") {
                try scope(at: index)
            } else if cursor.holds(name, "spans") {
                guard try cursor.beginsList() else { continue }
                while try cursor.hasElement() { try span(of: UInt32(index)) }
            } else {
                try cursor.skip()
            }
        }
        rows.takeBackIfEmpty(since: mark)
    }

    private mutating func scope(at index: Int) throws(OTLPError) {
        guard try cursor.beginsObject() else { return }
        while let name = try cursor.member() {
            if cursor.holds(name, "name") {
                rows.batch.scopes[index].name = try text(SpanBounds.nameBytesMax)
            } else if cursor.holds(name, "version") {
                rows.batch.scopes[index].version = try text(SpanBounds.nameBytesMax)
            } else if cursor.holds(name, "attributes") {
                rows.batch.scopes[index].attributes = try attributes().rows
            } else {
                try cursor.skip()
            }
        }
    }

    // MARK: Spans

    /// What a span has beside its row until it is whole.
    private struct Draft {
        var row: SpanBatch.Row
        var start: UInt64 = 0
        var end: UInt64 = 0
        var isWrong = false
    }

    private mutating func span(of scope: UInt32) throws(OTLPError) {
        let mark = rows.mark
        var draft = Draft(
            row: SpanBatch.Row(
                traceID: TraceID(high: 0, low: 0), spanID: SpanID(0), parentID: SpanID(0), start: 0, end: 0,
                scope: scope))
        let place = cursor.position
        guard try cursor.beginsObject() else { return rows.reject("a span is no object") }
        while let name = try cursor.member() {
            if try identity(name, of: &draft) { continue }
            if try list(name, of: &draft.row) { continue }
            try cursor.skip()
        }
        guard cursor.position - place <= 2 * SpanBounds.spanBytesMax else {
            rows.takeBack(to: mark)
            return rows.reject("a span has more than the limit of \(2 * SpanBounds.spanBytesMax) bytes")
        }
        if draft.isWrong || draft.row.traceID.isZero || draft.row.spanID.isZero {
            rows.takeBack(to: mark)
            return rows.reject(draft.isWrong ? SpanRows.wrongNumber : SpanRows.noNumber)
        }
        try rows.add(draft.row, start: draft.start, end: draft.end, mark)
    }

    /// Reads a member that is a number or a text.
    private mutating func identity(_ name: ByteSlice, of draft: inout Draft) throws(OTLPError) -> Bool {
        if cursor.holds(name, "traceId") {
            guard let id = try traceID() else { draft.isWrong = true; return true }
            draft.row.traceID = id
        } else if cursor.holds(name, "spanId") {
            guard let id = try spanID() else { draft.isWrong = true; return true }
            draft.row.spanID = id
        } else if cursor.holds(name, "parentSpanId") {
            guard let id = try spanID() else { draft.isWrong = true; return true }
            draft.row.parentID = id
        } else if cursor.holds(name, "traceState") {
            draft.row.traceState = try text(SpanBounds.nameBytesMax)
        } else if cursor.holds(name, "flags") {
            draft.row.flags = UInt32(clamping: JSONCursor.unsigned(try cursor.plain()))
        } else if cursor.holds(name, "name") {
            draft.row.name = try text(SpanBounds.nameBytesMax)
        } else if cursor.holds(name, "kind") {
            draft.row.kind = try kind()
        } else if cursor.holds(name, "startTimeUnixNano") {
            draft.start = JSONCursor.unsigned(try cursor.plain())
        } else if cursor.holds(name, "endTimeUnixNano") {
            draft.end = JSONCursor.unsigned(try cursor.plain())
        } else if cursor.holds(name, "status") {
            try status(of: &draft.row)
        } else {
            return false
        }
        return true
    }

    /// Reads a member that is a list, or tells of one.
    private mutating func list(_ name: ByteSlice, of row: inout SpanBatch.Row) throws(OTLPError) -> Bool {
        if cursor.holds(name, "attributes") {
            let (list, dropped) = try attributes()
            row.attributes = list
            row.droppedAttributes &+= dropped
        } else if cursor.holds(name, "events") {
            try events(of: &row)
        } else if cursor.holds(name, "links") {
            try links(of: &row)
        } else if cursor.holds(name, "droppedAttributesCount") {
            row.droppedAttributes &+= UInt32(clamping: JSONCursor.unsigned(try cursor.plain()))
        } else if cursor.holds(name, "droppedEventsCount") {
            row.droppedEvents &+= UInt32(clamping: JSONCursor.unsigned(try cursor.plain()))
        } else if cursor.holds(name, "droppedLinksCount") {
            row.droppedLinks &+= UInt32(clamping: JSONCursor.unsigned(try cursor.plain()))
        } else {
            return false
        }
        return true
    }

    private static let kinds = Span.Kind.allCases.map { (kind: $0, name: Array($0.longName.utf8)) }
    private static let states = Span.Status.allCases.map { (status: $0, name: Array($0.longName.utf8)) }

    private mutating func kind() throws(OTLPError) -> Span.Kind {
        let text = try cursor.plain()
        guard text.count > 2 else { return Span.Kind(number: JSONCursor.unsigned(text)) }
        return Self.kinds.first { text.elementsEqual($0.name) }?.kind ?? .unspecified
    }

    private mutating func status(of row: inout SpanBatch.Row) throws(OTLPError) {
        guard try cursor.beginsObject() else { return }
        while let name = try cursor.member() {
            if cursor.holds(name, "message") {
                row.statusMessage = try text(SpanBounds.valueBytesMax)
            } else if cursor.holds(name, "code") {
                row.status = try state()
            } else {
                try cursor.skip()
            }
        }
    }

    private mutating func state() throws(OTLPError) -> Span.Status {
        let text = try cursor.plain()
        guard text.count > 2 else { return Span.Status(number: JSONCursor.unsigned(text)) }
        return Self.states.first { text.elementsEqual($0.name) }?.status ?? .unset
    }

    private mutating func events(of row: inout SpanBatch.Row) throws(OTLPError) {
        let start = rows.batch.events.count
        guard try cursor.beginsList() else { return }
        while try cursor.hasElement() {
            guard rows.batch.events.count - start < SpanBounds.listMax else {
                row.droppedEvents &+= 1
                try cursor.skip()
                continue
            }
            var event = SpanBatch.Event(time: 0, name: .empty, attributes: .empty)
            guard try cursor.beginsObject() else { continue }
            while let name = try cursor.member() {
                if cursor.holds(name, "timeUnixNano") {
                    event.time = Int64(clamping: JSONCursor.unsigned(try cursor.plain()))
                } else if cursor.holds(name, "name") {
                    event.name = try text(SpanBounds.nameBytesMax)
                } else if cursor.holds(name, "attributes") {
                    event.attributes = try attributes().rows
                } else {
                    try cursor.skip()
                }
            }
            try rows.add(event)
        }
        row.events = RowSlice(start: UInt32(start), count: UInt32(rows.batch.events.count - start))
    }

    private mutating func links(of row: inout SpanBatch.Row) throws(OTLPError) {
        let start = rows.batch.links.count
        guard try cursor.beginsList() else { return }
        while try cursor.hasElement() {
            guard rows.batch.links.count - start < SpanBounds.listMax else {
                row.droppedLinks &+= 1
                try cursor.skip()
                continue
            }
            guard try cursor.beginsObject() else { continue }
            if try !link() { row.droppedLinks &+= 1 }
        }
        row.links = RowSlice(start: UInt32(start), count: UInt32(rows.batch.links.count - start))
    }

    private mutating func link() throws(OTLPError) -> Bool {
        let mark = rows.mark
        var link = SpanBatch.Link(
            traceID: TraceID(high: 0, low: 0), spanID: SpanID(0), traceState: .empty, attributes: .empty)
        while let name = try cursor.member() {
            if cursor.holds(name, "traceId") {
                link.traceID = try traceID() ?? link.traceID
            } else if cursor.holds(name, "spanId") {
                link.spanID = try spanID() ?? link.spanID
            } else if cursor.holds(name, "traceState") {
                link.traceState = try text(SpanBounds.nameBytesMax)
            } else if cursor.holds(name, "attributes") {
                link.attributes = try attributes().rows
            } else {
                try cursor.skip()
            }
        }
        guard !link.traceID.isZero, !link.spanID.isZero else {
            rows.takeBack(to: mark)
            return false
        }
        try rows.add(link)
        return true
    }

    // MARK: Texts and numbers

    private mutating func text(_ limit: Int) throws(OTLPError) -> ByteSlice {
        guard let text = try cursor.text() else { return .empty }
        let slice = try rows.slice(of: text, cursor)
        return rows.cut(slice, to: limit, cursor.bytes)
    }

    /// Zero for an empty text; `nil` for one of a wrong length or with other signs than digits.
    private mutating func traceID() throws(OTLPError) -> TraceID? {
        let text = cursor.content(try cursor.text()?.slice ?? .empty)
        if text.isEmpty { return TraceID(high: 0, low: 0) }
        guard text.count == 32, let high = Hexadecimal.number(text.prefix(16)),
            let low = Hexadecimal.number(text.suffix(16))
        else { return nil }
        return TraceID(high: high, low: low)
    }

    private mutating func spanID() throws(OTLPError) -> SpanID? {
        let text = cursor.content(try cursor.text()?.slice ?? .empty)
        if text.isEmpty { return SpanID(0) }
        return text.count == 16 ? Hexadecimal.number(text[...]).map { SpanID($0) } : nil
    }

    // MARK: Attributes

    /// A list of `KeyValue`, and how many of them were left out.
    private mutating func attributes() throws(OTLPError) -> (rows: RowSlice, dropped: UInt32) {
        let start = rows.batch.attributes.count
        var dropped: UInt32 = 0
        guard try cursor.beginsList() else { return (.empty, 0) }
        while try cursor.hasElement() { if try !attribute(since: start) { dropped &+= 1 } }
        return (rows.attributes(since: start), dropped)
    }

    private mutating func attribute(since start: Int) throws(OTLPError) -> Bool {
        var attribute = SpanBatch.Attribute(key: .empty, kind: .string, value: 0)
        let madeStart = rows.made.count
        var isKept = true
        guard try cursor.beginsObject() else { return false }
        while let name = try cursor.member() {
            if cursor.holds(name, "key") {
                attribute.key =
                    try cursor.text().map { text throws(OTLPError) in try rows.slice(of: text, cursor) } ?? .empty
            } else if cursor.holds(name, "value") {
                isKept = try value(of: &attribute)
            } else {
                try cursor.skip()
            }
        }
        if isKept, try rows.add(attribute, since: start, cursor.bytes) { return true }
        rows.made.removeLast(rows.made.count - madeStart)
        return false
    }

    /// An `AnyValue`; one without a value is an empty text.
    private mutating func value(of attribute: inout SpanBatch.Attribute) throws(OTLPError) -> Bool {
        var isKept = true
        guard try cursor.beginsObject() else { return true }
        while let name = try cursor.member() {
            if cursor.holds(name, "stringValue") {
                guard let text = try cursor.text() else { continue }
                attribute = .init(key: attribute.key, kind: .string, slice: try rows.slice(of: text, cursor))
            } else if cursor.holds(name, "intValue") {
                guard let number = JSONCursor.integer(try cursor.plain()) else { continue }
                attribute = .init(key: attribute.key, kind: .integer, value: UInt64(bitPattern: number))
            } else if cursor.holds(name, "boolValue") {
                let flag = try cursor.plain().elementsEqual("true".utf8)
                attribute = .init(key: attribute.key, kind: .boolean, value: flag ? 1 : 0)
            } else if cursor.holds(name, "doubleValue") {
                guard let number = JSONCursor.double(try cursor.plain()) else { continue }
                attribute = .init(key: attribute.key, kind: .number, value: number.bitPattern)
            } else if cursor.holds(name, "bytesValue") {
                guard let text = try cursor.text(), let content = JSONText.base64(cursor.content(text.slice)) else {
                    continue
                }
                attribute = .init(key: attribute.key, kind: .bytes, slice: try rows.make { $0 += content })
            } else if cursor.holds(name, "arrayValue") || cursor.holds(name, "kvlistValue") {
                isKept = try nested(isMap: cursor.holds(name, "kvlistValue"), of: &attribute)
            } else {
                try cursor.skip()
            }
        }
        return isKept
    }

    /// A list or a map, as JSON.
    private mutating func nested(isMap: Bool, of attribute: inout SpanBatch.Attribute) throws(OTLPError) -> Bool {
        let start = rows.made.count
        let before = cursor
        let limit = start + SpanBounds.valueBytesMax
        let isKept = try OTLPValueJSON.items(&cursor, ofMap: isMap, to: &rows.made, until: limit, 0)
        guard isKept else {
            cursor = before
            try cursor.skip()
            rows.note(SpanRows.tooDeep)
            return false
        }
        attribute = .init(key: attribute.key, kind: .json, slice: try rows.madeSlice(since: start))
        return true
    }
}
