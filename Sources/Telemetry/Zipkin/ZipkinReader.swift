internal import Base
internal import LogDocuments
internal import Model

/// Reads Zipkin's spans, of whichever version: their members have different names.
struct ZipkinReader {
    var rows: SpanRows
    private var cursor: JSONCursor
    private let names: ZipkinNames
    private var draft = ZipkinDraft()
    private var lastService: [UInt8]?

    init(rows: SpanRows, cursor: JSONCursor) throws(OTLPError) {
        self.rows = rows
        self.cursor = cursor
        names = try ZipkinNames(&self.rows)
    }

    mutating func read() throws(OTLPError) {
        guard try cursor.beginsList() else { throw OTLPError("it is not a JSON list") }
        while try cursor.hasElement() { try span() }
        guard cursor.isAtEnd() else { throw OTLPError("something stands behind its JSON list") }
    }

    private mutating func span() throws(OTLPError) {
        let mark = rows.mark
        let place = cursor.position
        draft.removeAll()
        guard try cursor.beginsObject() else { return rows.reject("a span is no object") }
        while let name = try cursor.member() {
            if try number(name) { continue }
            if try content(name) { continue }
            try cursor.skip()
        }
        guard cursor.position - place <= 2 * SpanBounds.spanBytesMax else {
            rows.takeBack(to: mark)
            return rows.reject("a span has more than the limit of \(2 * SpanBounds.spanBytesMax) bytes")
        }
        guard !draft.isWrong, let traceID = draft.traceID, let spanID = draft.spanID, !traceID.isZero, !spanID.isZero
        else {
            rows.takeBack(to: mark)
            return rows.reject(
                "a span's ids are missing, zero, or not of hexadecimal digits: up to 32 of the trace, 16 of the span")
        }
        try add(
            SpanBatch.Row(
                traceID: traceID, spanID: spanID, parentID: draft.parentID, start: 0, end: 0, scope: 0), mark)
    }

    // MARK: Members

    private mutating func number(_ name: ByteSlice) throws(OTLPError) -> Bool {
        if cursor.holds(name, "traceId") {
            draft.traceID = try id().flatMap { TraceID($0) }
        } else if cursor.holds(name, "id") {
            draft.spanID = try id().flatMap { SpanID($0) }
        } else if cursor.holds(name, "parentId") {
            guard let text = try id() else { return true }
            if let id = SpanID(text) { draft.parentID = id } else { draft.isWrong = true }
        } else if cursor.holds(name, "timestamp") {
            draft.timestamp = JSONCursor.unsigned(try cursor.plain())
        } else if cursor.holds(name, "duration") {
            draft.duration = JSONCursor.unsigned(try cursor.plain())
        } else if cursor.holds(name, "debug") {
            draft.isDebug = try cursor.plain().elementsEqual("true".utf8)
        } else {
            return false
        }
        return true
    }

    private mutating func content(_ name: ByteSlice) throws(OTLPError) -> Bool {
        if cursor.holds(name, "name") {
            draft.name = try text(SpanBounds.nameBytesMax)
        } else if cursor.holds(name, "kind") {
            draft.kind = ZipkinDraft.kind(cursor.content(try cursor.text()?.slice ?? .empty))
        } else if cursor.holds(name, "localEndpoint") {
            draft.isSecondVersion = true
            draft.local = try endpoint()
        } else if cursor.holds(name, "remoteEndpoint") {
            draft.remote = try endpoint()
        } else if cursor.holds(name, "annotations") {
            guard try cursor.beginsList() else { return true }
            while try cursor.hasElement() { try annotation() }
        } else if cursor.holds(name, "tags") {
            draft.isSecondVersion = true
            guard try cursor.beginsObject() else { return true }
            while let key = try cursor.memberText() {
                try addTag(try rows.slice(of: key, cursor), try value())
            }
        } else if cursor.holds(name, "binaryAnnotations") {
            guard try cursor.beginsList() else { return true }
            while try cursor.hasElement() { try binaryAnnotation() }
        } else {
            return false
        }
        return true
    }

    /// `nil` for no text, as in a root's parent.
    private mutating func id() throws(OTLPError) -> String? {
        guard let text = try cursor.text(), text.slice.count > 0 else { return nil }
        return String(decoding: cursor.content(text.slice).prefix(40), as: UTF8.self)
    }

    private mutating func text(_ limit: Int) throws(OTLPError) -> ByteSlice {
        guard let text = try cursor.text() else { return .empty }
        let slice = try rows.slice(of: text, cursor)
        return rows.cut(slice, to: limit, cursor.bytes)
    }

    /// A tag's value: a text, or a number or word of the first version as one; `nil` for others.
    private mutating func value() throws(OTLPError) -> ByteSlice? {
        let before = cursor
        if try cursor.text() != nil {
            cursor = before
            return try text(SpanBounds.valueBytesMax)
        }
        let end = cursor
        cursor = before
        let plain = try cursor.plain()
        cursor = end
        return plain.isEmpty || plain.elementsEqual("null".utf8) ? nil : try rows.make { $0 += plain }
    }

    private mutating func endpoint() throws(OTLPError) -> ZipkinDraft.Endpoint {
        var endpoint = ZipkinDraft.Endpoint()
        guard try cursor.beginsObject() else { return endpoint }
        while let name = try cursor.member() {
            if cursor.holds(name, "serviceName") {
                endpoint.service = try text(SpanBounds.nameBytesMax)
            } else if cursor.holds(name, "ipv4") || cursor.holds(name, "ipv6") {
                let address = try text(SpanBounds.nameBytesMax)
                if endpoint.address.count == 0 { endpoint.address = address }
            } else if cursor.holds(name, "port") {
                endpoint.port = JSONCursor.unsigned(try cursor.plain())
            } else {
                try cursor.skip()
            }
        }
        return endpoint
    }

    private mutating func annotation() throws(OTLPError) {
        var annotation = ZipkinDraft.Annotation()
        guard try cursor.beginsObject() else { return }
        while let name = try cursor.member() {
            if cursor.holds(name, "timestamp") {
                annotation.timestamp = JSONCursor.unsigned(try cursor.plain())
            } else if cursor.holds(name, "value") {
                annotation.value = try text(SpanBounds.valueBytesMax)
            } else if cursor.holds(name, "endpoint") {
                draft.host = try endpoint()
            } else {
                try cursor.skip()
            }
        }
        if let mark = rows.read(annotation.value, cursor.bytes, { ZipkinDraft.Mark($0) }) {
            return draft.marks.append((mark, annotation.timestamp))
        }
        guard draft.annotations.count < SpanBounds.listMax else { return draft.droppedAnnotations += 1 }
        draft.annotations.append(annotation)
    }

    private mutating func binaryAnnotation() throws(OTLPError) {
        var key = ByteSlice.empty
        var value: ByteSlice?
        var endpoint = ZipkinDraft.Endpoint()
        guard try cursor.beginsObject() else { return }
        while let name = try cursor.member() {
            if cursor.holds(name, "key") {
                key = try text(SpanBounds.nameBytesMax)
            } else if cursor.holds(name, "value") {
                value = try self.value()
            } else if cursor.holds(name, "endpoint") {
                endpoint = try self.endpoint()
            } else {
                try cursor.skip()
            }
        }
        // The address of the server that was called, or of the client that called.
        if rows.holds(key, "sa", cursor.bytes) || rows.holds(key, "ca", cursor.bytes) {
            draft.remote = endpoint
        } else {
            if endpoint.service.count > 0 { draft.host = endpoint }
            if rows.holds(key, "lc", cursor.bytes) { draft.kind = .internal }
            try addTag(key, value)
        }
    }

    private mutating func addTag(_ key: ByteSlice, _ value: ByteSlice?) throws(OTLPError) {
        guard let value else { return }
        if let meaning = rows.read(key, cursor.bytes, { ZipkinNames.Meaning($0) }) {
            draft.meanings[meaning] = value
        } else if draft.tags.count < SpanBounds.listMax {
            draft.tags.append((key, value))
        } else {
            draft.droppedTags += 1
        }
    }

    // MARK: Rows

    private mutating func add(_ empty: SpanBatch.Row, _ mark: SpanRows.Mark) throws(OTLPError) {
        var row = empty
        try addScope()
        row.scope = UInt32(rows.batch.scopes.count - 1)
        row.name = draft.name
        row.kind = draft.kind ?? draft.kindOfMarks ?? (draft.isSecondVersion ? .internal : .unspecified)
        row.flags = draft.isDebug ? 1 : 0
        setStatus(of: &row)
        row.droppedAttributes = draft.droppedTags &+ count(.droppedAttributes)
        row.droppedEvents = draft.droppedAnnotations &+ count(.droppedEvents)
        row.droppedLinks = count(.droppedLinks)
        let start = rows.batch.attributes.count
        for tag in draft.tags where !isOfResource(tag.key) {
            let attribute = SpanBatch.Attribute(key: tag.key, kind: .string, slice: tag.value)
            if try !rows.add(attribute, since: start, cursor.bytes) { row.droppedAttributes &+= 1 }
        }
        try addEndpoint(draft.ownEndpoint, nil, names.localAddress, names.localPort, since: start)
        try addEndpoint(draft.remote, names.peerService, names.peerAddress, names.peerPort, since: start)
        row.attributes = rows.attributes(since: start)
        let eventsStart = rows.batch.events.count
        for annotation in draft.annotations { try rows.add(event(of: annotation)) }
        row.events = RowSlice(
            start: UInt32(eventsStart), count: UInt32(rows.batch.events.count - eventsStart))
        let times = draft.times
        let spans = rows.batch.spans.count
        try rows.add(row, start: times.start, end: times.end, mark)
        // A resource that was begun for it went with it.
        if rows.batch.spans.count == spans { lastService = nil }
    }

    private func count(_ meaning: ZipkinNames.Meaning) -> UInt32 {
        guard let slice = draft.meanings[meaning] else { return 0 }
        return UInt32(clamping: rows.read(slice, cursor.bytes) { JSONCursor.unsigned($0) })
    }

    private func setStatus(of row: inout SpanBatch.Row) {
        if let code = draft.meanings[.status] {
            if rows.holds(code, "OK", cursor.bytes) { row.status = .ok }
            if rows.holds(code, "ERROR", cursor.bytes) { row.status = .error }
        }
        if let error = draft.meanings[.error], !rows.holds(error, "false", cursor.bytes) {
            row.status = .error
            // Many say only that there was one.
            if !rows.holds(error, "true", cursor.bytes) { row.statusMessage = error }
        }
        if let message = draft.meanings[.statusMessage] { row.statusMessage = message }
    }

    /// Whether a tag of an exporter of OpenTelemetry was an attribute of its resource.
    private func isOfResource(_ key: ByteSlice) -> Bool {
        draft.meanings[.scopeName] != nil && rows.read(key, cursor.bytes) { ZipkinNames.isOfResource($0) }
    }

    /// Begins a resource and scope, unless those of the span before are the same.
    private mutating func addScope() throws(OTLPError) {
        let service = draft.ownEndpoint.service
        let name = draft.meanings[.scopeName] ?? .empty
        let version = draft.meanings[.scopeVersion] ?? .empty
        var key: [UInt8] = []
        func add(_ slice: ByteSlice) {
            key.appendVarint(Int(slice.count))
            rows.read(slice, cursor.bytes) { key += $0 }
        }
        for slice in [service, name, version] { add(slice) }
        for tag in draft.tags where isOfResource(tag.key) {
            add(tag.key)
            add(tag.value)
        }
        if key == lastService { return }
        lastService = key
        let start = rows.batch.attributes.count
        if service.count > 0 {
            _ = try rows.add(.init(key: names.service, kind: .string, slice: service), since: start, cursor.bytes)
        }
        for tag in draft.tags where isOfResource(tag.key) && !rows.holds(tag.key, "service.name", cursor.bytes) {
            _ = try rows.add(.init(key: tag.key, kind: .string, slice: tag.value), since: start, cursor.bytes)
        }
        rows.batch.resources.append(
            SpanBatch.Resource(attributes: rows.attributes(since: start), service: service))
        rows.batch.scopes.append(
            SpanBatch.Scope(
                resource: UInt32(rows.batch.resources.count - 1), name: name, version: version, attributes: .empty))
    }

    private mutating func addEndpoint(
        _ endpoint: ZipkinDraft.Endpoint, _ service: ByteSlice?, _ address: ByteSlice, _ port: ByteSlice,
        since start: Int
    ) throws(OTLPError) {
        if let service, endpoint.service.count > 0 {
            _ = try rows.add(.init(key: service, kind: .string, slice: endpoint.service), since: start, cursor.bytes)
        }
        if endpoint.address.count > 0 {
            _ = try rows.add(.init(key: address, kind: .string, slice: endpoint.address), since: start, cursor.bytes)
        }
        if endpoint.port > 0 {
            _ = try rows.add(.init(key: port, kind: .integer, value: endpoint.port), since: start, cursor.bytes)
        }
    }

    // MARK: Events

    /// Exporters of OpenTelemetry write an event as a text of JSON: `{"name":{"attribute":1}}`.
    private mutating func event(of annotation: ZipkinDraft.Annotation) throws(OTLPError) -> SpanBatch.Event {
        let mark = rows.mark
        let content = rows.read(annotation.value, cursor.bytes) { Array($0) }
        var event = SpanBatch.Event(
            time: Int64(clamping: ZipkinDraft.nanoseconds(annotation.timestamp)),
            name: rows.cut(annotation.value, to: SpanBounds.nameBytesMax, cursor.bytes), attributes: .empty)
        guard content.first == UInt8(ascii: "{") else { return event }
        let read = content.withUnsafeBytes { bytes in
            Result { () throws(OTLPError) in try named(JSONCursor(bytes)) }
        }
        if case .success(let named?) = read {
            event.name = named.name
            event.attributes = named.attributes
        } else {
            rows.takeBack(to: mark)
        }
        return event
    }

    private mutating func named(_ text: JSONCursor) throws(OTLPError) -> (name: ByteSlice, attributes: RowSlice)? {
        var cursor = text
        let start = rows.batch.attributes.count
        guard try cursor.beginsObject(), let first = try cursor.memberText(), try cursor.beginsObject() else {
            return nil
        }
        let name = try copy(first, cursor)
        while let member = try cursor.memberText() {
            let key = try copy(member, cursor)
            let before = cursor
            var value = SpanBatch.Attribute(key: key, kind: .json, slice: .empty)
            if let text = try cursor.text() {
                value = .init(key: key, kind: .string, slice: try copy(text, cursor))
            } else {
                let end = cursor
                cursor = before
                let plain = try cursor.plain()
                cursor = end
                value = try attribute(key, plain, end.since(before))
            }
            _ = try rows.add(value, since: start, self.cursor.bytes)
        }
        guard try cursor.member() == nil, cursor.isAtEnd() else { return nil }
        return (name, rows.attributes(since: start))
    }

    private mutating func attribute(
        _ key: ByteSlice, _ plain: UnsafeRawBufferPointer, _ json: UnsafeRawBufferPointer
    ) throws(OTLPError) -> SpanBatch.Attribute {
        if plain.elementsEqual("true".utf8) { return .init(key: key, kind: .boolean, value: 1) }
        if plain.elementsEqual("false".utf8) { return .init(key: key, kind: .boolean, value: 0) }
        if let number = JSONCursor.integer(plain) {
            return .init(key: key, kind: .integer, value: UInt64(bitPattern: number))
        }
        if let number = JSONCursor.double(plain) { return .init(key: key, kind: .number, value: number.bitPattern) }
        // Written anew, so that addresses in it are found whose slashes were escaped.
        let document = json.withMemoryRebound(to: UInt8.self) { json in
            Result { () throws(DocumentError) in try DocumentReader.value(json) }
        }
        guard case .success(let value) = document else { throw OTLPError("an event's attribute is not whole JSON") }
        return .init(key: key, kind: .json, slice: try rows.make { value.write(to: &$0) })
    }

    /// A text of another JSON than the message's.
    private mutating func copy(_ text: JSONCursor.Text, _ cursor: JSONCursor) throws(OTLPError) -> ByteSlice {
        let start = rows.made.count
        if text.hasEscapes {
            try JSONCursor.unescape(cursor.content(text.slice), to: &rows.made)
        } else {
            rows.made += cursor.content(text.slice)
        }
        return try rows.madeSlice(since: start)
    }
}
