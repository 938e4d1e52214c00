internal import Model

extension OTLPTraces {
    /// Reads an `ExportTraceServiceRequest`.
    /// - Throws: ``OTLPError`` where the bytes are none, or hold more than ``SpanBounds`` allows.
    package init(protobuf message: consuming [UInt8]) throws(OTLPError) {
        let empty = try SpanRows(messageBytes: message.count)
        let rows = try message.withUnsafeBytes { bytes in
            Result { () throws(OTLPError) in
                var reader = SpanWireReader(rows: empty)
                try reader.read(WireCursor(bytes))
                return reader.rows
            }
        }.get()
        self.init(rows, over: message)
    }
}

/// Reads spans from protobuf. The numbers of fields are those of `trace.proto`, `resource.proto` and `common.proto`.
private struct SpanWireReader {
    var rows: SpanRows

    mutating func read(_ request: WireCursor) throws(OTLPError) {
        var cursor = request
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            if tag == WireCursor.tag(1, .counted) {
                try resourceSpans(try cursor.message())
            } else {
                try cursor.skip(tag)
            }
        }
    }

    private mutating func resourceSpans(_ message: WireCursor) throws(OTLPError) {
        let mark = rows.mark
        let index = UInt32(rows.batch.resources.count)
        rows.batch.resources.append(SpanBatch.Resource(attributes: .empty, service: .empty))
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(1, .counted): try resource(try cursor.message(), at: Int(index))
            case WireCursor.tag(2, .counted): try scopeSpans(try cursor.message(), of: index)
            default: try cursor.skip(tag)
            }
        }
        rows.takeBackIfEmpty(since: mark)
    }

    private mutating func resource(_ message: WireCursor, at index: Int) throws(OTLPError) {
        let start = rows.batch.attributes.count
        var service = ByteSlice.empty
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            guard tag == WireCursor.tag(1, .counted) else {
                try cursor.skip(tag)
                continue
            }
            guard try attribute(try cursor.message(), since: start) else { continue }
            let last = rows.batch.attributes[rows.batch.attributes.count - 1]
            if last.kind == .string, cursor.content(last.key).elementsEqual("service.name".utf8), service.count == 0 {
                service = last.slice
            }
        }
        rows.batch.resources[index] = SpanBatch.Resource(attributes: rows.attributes(since: start), service: service)
    }

    private mutating func scopeSpans(_ message: WireCursor, of resource: UInt32) throws(OTLPError) {
        let mark = rows.mark
        let index = rows.batch.scopes.count
        rows.batch.scopes.append(
            SpanBatch.Scope(resource: resource, name: .empty, version: .empty, attributes: .empty))
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(1, .counted): try scope(try cursor.message(), at: index)
            case WireCursor.tag(2, .counted): try span(try cursor.message(), of: UInt32(index))
            default: try cursor.skip(tag)
            }
        }
        rows.takeBackIfEmpty(since: mark)
    }

    private mutating func scope(_ message: WireCursor, at index: Int) throws(OTLPError) {
        let start = rows.batch.attributes.count
        var scope = rows.batch.scopes[index]
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(1, .counted): scope.name = name(try cursor.counted(), cursor)
            case WireCursor.tag(2, .counted): scope.version = name(try cursor.counted(), cursor)
            case WireCursor.tag(3, .counted): _ = try attribute(try cursor.message(), since: start)
            default: try cursor.skip(tag)
            }
        }
        scope.attributes = rows.attributes(since: start)
        rows.batch.scopes[index] = scope
    }

    @inline(__always)
    private func name(_ slice: ByteSlice, _ cursor: WireCursor) -> ByteSlice {
        rows.cut(slice, to: SpanBounds.nameBytesMax, cursor.bytes)
    }

    // MARK: Spans

    private mutating func span(_ message: WireCursor, of scope: UInt32) throws(OTLPError) {
        guard message.remaining <= SpanBounds.spanBytesMax else {
            return rows.reject("a span has more than the limit of \(SpanBounds.spanBytesMax) bytes")
        }
        let mark = rows.mark
        let attributesStart = rows.batch.attributes.count
        var row = SpanBatch.Row(
            traceID: TraceID(high: 0, low: 0), spanID: SpanID(0), parentID: SpanID(0), start: 0, end: 0, scope: scope)
        var start: UInt64 = 0
        var end: UInt64 = 0
        var hasParts = false
        var isWrong = false
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(1, .counted):
                let id = cursor.content(try cursor.counted())
                if id.count == 16, let id = TraceID(bytes: id) { row.traceID = id } else { isWrong = true }
            case WireCursor.tag(2, .counted):
                let id = cursor.content(try cursor.counted())
                if let id = SpanID(bytes: id) { row.spanID = id } else { isWrong = true }
            case WireCursor.tag(4, .counted):
                let id = cursor.content(try cursor.counted())
                if let id = SpanID(bytes: id) { row.parentID = id } else if id.count > 0 { isWrong = true }
            case WireCursor.tag(3, .counted):
                row.traceState = rows.cut(try cursor.counted(), to: SpanBounds.nameBytesMax, cursor.bytes)
            case WireCursor.tag(5, .counted): row.name = name(try cursor.counted(), cursor)
            case WireCursor.tag(6, .varint): row.kind = Span.Kind(number: try cursor.varint())
            case WireCursor.tag(7, .fixed64): start = try cursor.fixed64()
            case WireCursor.tag(8, .fixed64): end = try cursor.fixed64()
            case WireCursor.tag(9, .counted):
                if try !attribute(try cursor.message(), since: attributesStart) { row.droppedAttributes &+= 1 }
            case WireCursor.tag(10, .varint):
                row.droppedAttributes &+= UInt32(truncatingIfNeeded: try cursor.varint())
            case WireCursor.tag(11, .counted), WireCursor.tag(13, .counted):
                hasParts = true
                _ = try cursor.counted()
            case WireCursor.tag(12, .varint): row.droppedEvents &+= UInt32(truncatingIfNeeded: try cursor.varint())
            case WireCursor.tag(14, .varint): row.droppedLinks &+= UInt32(truncatingIfNeeded: try cursor.varint())
            case WireCursor.tag(15, .counted): try status(try cursor.message(), of: &row)
            case WireCursor.tag(16, .fixed32): row.flags = try cursor.fixed32()
            default: try cursor.skip(tag)
            }
        }
        row.attributes = rows.attributes(since: attributesStart)
        if isWrong || row.traceID.isZero || row.spanID.isZero {
            rows.takeBack(to: mark)
            return rows.reject(isWrong ? SpanRows.wrongNumber : SpanRows.noNumber)
        }
        // A second walk, as attributes of both kinds may stand between each other.
        if hasParts { try parts(message, of: &row) }
        try rows.add(row, start: start, end: end, mark)
    }

    private mutating func status(_ message: WireCursor, of row: inout SpanBatch.Row) throws(OTLPError) {
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(2, .counted):
                row.statusMessage = rows.cut(try cursor.counted(), to: SpanBounds.valueBytesMax, cursor.bytes)
            case WireCursor.tag(3, .varint): row.status = Span.Status(number: try cursor.varint())
            default: try cursor.skip(tag)
            }
        }
    }

    private mutating func parts(_ message: WireCursor, of row: inout SpanBatch.Row) throws(OTLPError) {
        let eventsStart = rows.batch.events.count
        let linksStart = rows.batch.links.count
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(11, .counted):
                let event = try cursor.message()
                if rows.batch.events.count - eventsStart < SpanBounds.listMax {
                    try self.event(event)
                } else {
                    row.droppedEvents &+= 1
                }
            case WireCursor.tag(13, .counted):
                let link = try cursor.message()
                let isFull = rows.batch.links.count - linksStart >= SpanBounds.listMax
                let isTaken = isFull ? false : try self.link(link)
                if !isTaken { row.droppedLinks &+= 1 }
            default: try cursor.skip(tag)
            }
        }
        row.events = RowSlice(start: UInt32(eventsStart), count: UInt32(rows.batch.events.count - eventsStart))
        row.links = RowSlice(start: UInt32(linksStart), count: UInt32(rows.batch.links.count - linksStart))
    }

    private mutating func event(_ message: WireCursor) throws(OTLPError) {
        let start = rows.batch.attributes.count
        var event = SpanBatch.Event(time: 0, name: .empty, attributes: .empty)
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(1, .fixed64): event.time = Int64(clamping: try cursor.fixed64())
            case WireCursor.tag(2, .counted): event.name = name(try cursor.counted(), cursor)
            case WireCursor.tag(3, .counted): _ = try attribute(try cursor.message(), since: start)
            default: try cursor.skip(tag)
            }
        }
        event.attributes = rows.attributes(since: start)
        try rows.add(event)
    }

    private mutating func link(_ message: WireCursor) throws(OTLPError) -> Bool {
        let mark = rows.mark
        let start = rows.batch.attributes.count
        var traceID: TraceID?
        var spanID: SpanID?
        var state = ByteSlice.empty
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(1, .counted):
                let id = cursor.content(try cursor.counted())
                traceID = id.count == 16 ? TraceID(bytes: id) : nil
            case WireCursor.tag(2, .counted): spanID = SpanID(bytes: cursor.content(try cursor.counted()))
            case WireCursor.tag(3, .counted): state = name(try cursor.counted(), cursor)
            case WireCursor.tag(4, .counted): _ = try attribute(try cursor.message(), since: start)
            default: try cursor.skip(tag)
            }
        }
        guard let traceID, let spanID, !traceID.isZero, !spanID.isZero else {
            rows.takeBack(to: mark)
            return false
        }
        try rows.add(
            SpanBatch.Link(
                traceID: traceID, spanID: spanID, traceState: state, attributes: rows.attributes(since: start)))
        return true
    }

    // MARK: Attributes

    /// Adds a `KeyValue` to the list that began at `start`.
    /// - Returns: whether it was.
    private mutating func attribute(_ message: WireCursor, since start: Int) throws(OTLPError) -> Bool {
        var attribute = SpanBatch.Attribute(key: .empty, kind: .string, value: 0)
        let madeStart = rows.made.count
        var isKept = true
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(1, .counted): attribute.key = try cursor.counted()
            case WireCursor.tag(2, .counted): isKept = try value(try cursor.message(), of: &attribute)
            default: try cursor.skip(tag)
            }
        }
        if isKept, try rows.add(attribute, since: start, cursor.bytes) { return true }
        rows.made.removeLast(rows.made.count - madeStart)
        return false
    }

    /// An `AnyValue`; one without a value is an empty text.
    /// - Returns: whether it keeps within the bounds.
    @inline(__always)
    private mutating func value(
        _ message: WireCursor, of attribute: inout SpanBatch.Attribute
    ) throws(OTLPError) -> Bool {
        var cursor = message
        var isKept = true
        while !cursor.isAtEnd {
            let before = cursor
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(1, .counted):
                attribute = SpanBatch.Attribute(key: attribute.key, kind: .string, slice: try cursor.counted())
            case WireCursor.tag(2, .varint):
                attribute.kind = .boolean
                attribute.value = try cursor.varint() == 0 ? 0 : 1
            case WireCursor.tag(3, .varint):
                attribute.kind = .integer
                attribute.value = try cursor.varint()
            case WireCursor.tag(4, .fixed64):
                attribute.kind = .number
                attribute.value = try cursor.fixed64()
            case WireCursor.tag(5, .counted), WireCursor.tag(6, .counted):
                try cursor.skip(tag)
                isKept = try nested(before, of: &attribute)
            case WireCursor.tag(7, .counted):
                attribute = SpanBatch.Attribute(key: attribute.key, kind: .bytes, slice: try cursor.counted())
            default: try cursor.skip(tag)
            }
        }
        return isKept
    }

    /// A list or a map, as JSON behind the message.
    /// - Parameter cursor: at its tag.
    private mutating func nested(
        _ cursor: WireCursor, of attribute: inout SpanBatch.Attribute
    ) throws(OTLPError) -> Bool {
        var cursor = cursor
        let start = rows.made.count
        let isKept = try WireJSON.write(&cursor, to: &rows.made, until: start + SpanBounds.valueBytesMax)
        guard isKept else {
            rows.note(SpanRows.tooDeep)
            return false
        }
        attribute = SpanBatch.Attribute(key: attribute.key, kind: .json, slice: try rows.madeSlice(since: start))
        return true
    }
}
