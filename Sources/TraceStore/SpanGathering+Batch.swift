import Model

extension SpanGathering {
    /// Adds some spans of a batch.
    mutating func add(_ batch: borrowing SpanBatch, rows: some Sequence<Int>) {
        batch.bytes.withUnsafeBytes { bytes in
            var adder = BatchAdder(bytes: bytes, scopes: batch.scopes.count)
            for row in rows { adder.add(row, of: batch, to: &self) }
        }
    }
}

/// Adds rows of one batch, of which each scope is packed once.
private struct BatchAdder {
    let bytes: UnsafeRawBufferPointer
    /// Numbers of scopes plus one, by their place in the batch.
    var scopes: [UInt32]

    init(bytes: UnsafeRawBufferPointer, scopes: Int) {
        self.bytes = bytes
        self.scopes = [UInt32](repeating: 0, count: scopes)
    }

    @inline(__always)
    private func text(_ slice: ByteSlice, _ gathering: inout SpanGathering) -> UInt32 {
        let part = UnsafeRawBufferPointer(
            rebasing: bytes[Int(slice.offset)..<Int(slice.offset) + Int(slice.count)])
        return Self.isASCII(part) ? gathering.strings.number(of: part) : repaired(part, &gathering)
    }

    /// What is no UTF-8 is repaired, so that whatever is stored is.
    @inline(never)
    private func repaired(_ part: UnsafeRawBufferPointer, _ gathering: inout SpanGathering) -> UInt32 {
        var text = String(decoding: part, as: UTF8.self)
        return text.withUTF8 { gathering.strings.number(of: UnsafeRawBufferPointer($0)) }
    }

    @inline(__always)
    private static func isASCII(_ part: UnsafeRawBufferPointer) -> Bool {
        var bits: UInt64 = 0
        var offset = 0
        while part.count &- offset >= 8 {
            bits |= part.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            offset &+= 8
        }
        while offset < part.count {
            bits |= UInt64(part[offset])
            offset &+= 1
        }
        return bits & 0x8080_8080_8080_8080 == 0
    }

    private func raw(_ slice: ByteSlice, _ gathering: inout SpanGathering) -> UInt32 {
        gathering.strings.number(
            of: UnsafeRawBufferPointer(rebasing: bytes[Int(slice.offset)..<Int(slice.offset) + Int(slice.count)]))
    }

    @inline(__always)
    private func value(_ attribute: SpanBatch.Attribute, _ gathering: inout SpanGathering) -> UInt64 {
        switch attribute.kind {
        case .string, .json: UInt64(text(attribute.slice, &gathering))
        case .bytes: UInt64(raw(attribute.slice, &gathering))
        case .boolean: attribute.value == 0 ? 0 : 1
        case .integer, .number: attribute.value
        }
    }

    private mutating func scope(_ place: Int, of batch: borrowing SpanBatch, _ gathering: inout SpanGathering)
        -> UInt32
    {
        if scopes[place] != 0 { return scopes[place] - 1 }
        let scope = batch.scopes[place]
        var packed = Flat<UInt8>()
        pack(batch.resources[Int(scope.resource)].attributes, of: batch, &packed, &gathering)
        let resource = gathering.resources.number(of: packed.bytes)
        packed.removeAll()
        packed.append(number: resource)
        packed.append(number: text(scope.name, &gathering))
        packed.append(number: text(scope.version, &gathering))
        pack(scope.attributes, of: batch, &packed, &gathering)
        let number = gathering.scopes.number(of: packed.bytes)
        scopes[place] = number + 1
        return number
    }

    private func pack(
        _ list: RowSlice, of batch: borrowing SpanBatch, _ packed: inout Flat<UInt8>, _ gathering: inout SpanGathering
    ) {
        for place in list.range {
            let attribute = batch.attributes[place]
            packed.append(number: text(attribute.key, &gathering))
            packed.append(attribute.kind.rawValue)
            packed.append(number: value(attribute, &gathering))
        }
    }

    mutating func add(_ place: Int, of batch: borrowing SpanBatch, to gathering: inout SpanGathering) {
        let row = batch.spans[place]
        let scope = scope(Int(row.scope), of: batch, &gathering)
        let none = gathering.none
        gathering.spans.beginRow()
        for attribute in row.attributes.range {
            let attribute = batch.attributes[attribute]
            let key = text(attribute.key, &gathering)
            let value = value(attribute, &gathering)
            gathering.spans.add(ColumnKind(attribute.kind), key: key, value)
        }
        if row.statusMessage.count > 0 {
            gathering.spans.add(.statusMessage, key: none, UInt64(text(row.statusMessage, &gathering)))
        }
        if row.traceState.count > 0 {
            gathering.spans.add(.traceState, key: none, UInt64(text(row.traceState, &gathering)))
        }
        gathering.addCount(.droppedAttributes, row.droppedAttributes)
        gathering.addCount(.droppedEvents, row.droppedEvents)
        gathering.addCount(.droppedLinks, row.droppedLinks)
        gathering.addCount(.eventCount, row.events.count)
        gathering.addCount(.linkCount, row.links.count)
        let name = text(row.name, &gathering)
        gathering.packSpanClass(
            shape: gathering.spans.endShape(), scope: scope, name: name, kind: row.kind, status: row.status,
            flags: row.flags)
        gathering.spans.endRow(class: gathering.scratch)
        gathering.cores.append(
            SpanGathering.Core(
                traceHigh: row.traceID.high, traceLow: row.traceID.low, span: row.spanID.number,
                parent: row.parentID.number, start: row.start, end: row.end,
                firstEvent: UInt32(gathering.events.count), events: row.events.count,
                firstLink: UInt32(gathering.links.count), links: row.links.count))
        for event in row.events.range { add(batch.events[event], from: row.start, of: batch, to: &gathering) }
        for link in row.links.range { add(batch.links[link], of: batch, to: &gathering) }
    }

    private func add(
        _ event: SpanBatch.Event, from start: Int64, of batch: borrowing SpanBatch,
        to gathering: inout SpanGathering
    ) {
        gathering.events.beginRow()
        gathering.events.add(.eventTime, key: gathering.none, UInt64(bitPattern: event.time &- start))
        for place in event.attributes.range {
            let attribute = batch.attributes[place]
            let key = text(attribute.key, &gathering)
            let value = value(attribute, &gathering)
            gathering.events.add(ColumnKind(attribute.kind), key: key, value)
        }
        let name = text(event.name, &gathering)
        gathering.packRowClass(shape: gathering.events.endShape(), name: name)
        gathering.events.endRow(class: gathering.scratch)
    }

    private func add(_ link: SpanBatch.Link, of batch: borrowing SpanBatch, to gathering: inout SpanGathering) {
        let none = gathering.none
        gathering.links.beginRow()
        gathering.links.add(.linkTraceHigh, key: none, link.traceID.high)
        gathering.links.add(.linkTraceLow, key: none, link.traceID.low)
        gathering.links.add(.linkSpan, key: none, link.spanID.number)
        if link.traceState.count > 0 {
            gathering.links.add(.traceState, key: none, UInt64(text(link.traceState, &gathering)))
        }
        for place in link.attributes.range {
            let attribute = batch.attributes[place]
            let key = text(attribute.key, &gathering)
            let value = value(attribute, &gathering)
            gathering.links.add(ColumnKind(attribute.kind), key: key, value)
        }
        gathering.packRowClass(shape: gathering.links.endShape(), name: none)
        gathering.links.endRow(class: gathering.scratch)
    }
}

extension ColumnKind {
    init(_ kind: SpanBatch.Attribute.Kind) {
        switch kind {
        case .string: self = .string
        case .boolean: self = .boolean
        case .integer: self = .integer
        case .number: self = .number
        case .bytes: self = .bytes
        case .json: self = .json
        }
    }
}
