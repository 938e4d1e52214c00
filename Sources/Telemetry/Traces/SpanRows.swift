internal import Model

/// What one message of spans may hold. Looked at while it is read, as a short compressed body may unfold into millions.
enum SpanBounds {
    static let spansMax = 250_000
    /// Events and links of all spans together.
    static let partsMax = 500_000
    /// Attributes of everything together.
    static let allAttributesMax = 1_500_000
    /// Attributes of one span, event, link, scope or resource; events of one span; its links. What is above is left out and
    /// counted among what was dropped.
    static let listMax = 4_096
    /// Bytes of a span as it came.
    static let spanBytesMax = 4 << 20
    /// Bytes of a value: longer texts are cut, longer lists and maps left out.
    static let valueBytesMax = 256 << 10
    /// Bytes of a name: of a span, an event, a scope (cut), or of an attribute (left out).
    static let nameBytesMax = 4 << 10
    /// How deep lists and maps lie in each other.
    static let depthMax = 20
    /// Bytes of texts that do not stand in a message as they are to be kept.
    static let madeBytesMax = 64 << 20
    /// The times that a span may begin and end at, in nanoseconds since the Unix epoch: of the years 2000 to 2199. What
    /// gives others gives them in other units, or has no clock.
    static let times: Range<Int64> = 946_684_800_000_000_000..<7_258_118_400_000_000_000
}

/// The rows of a batch in the making, with what holds for all of them: see ``SpanBatch``.
///
/// Texts that do not stand in the message as they are to be kept, as lists that become JSON, are put behind it.
struct SpanRows {
    /// Its bytes come at the end.
    var batch = SpanBatch()
    /// What stands behind the message.
    var made: [UInt8] = []
    private(set) var rejected = 0
    private(set) var reasons: [String] = []

    private let messageBytes: Int

    /// - Parameter messageBytes: of the message that is read.
    init(messageBytes: Int) throws(OTLPError) {
        guard messageBytes <= 1 << 30 else { throw OTLPError("it has more than the limit of 1 GiB") }
        self.messageBytes = messageBytes
        // What spans of services have, so that the lists seldom move.
        batch.spans.reserveCapacity(min(messageBytes / 256, SpanBounds.spansMax))
        batch.attributes.reserveCapacity(min(messageBytes / 40, SpanBounds.allAttributesMax))
    }

    /// The batch, over the message that was read.
    consuming func finished(_ message: consuming [UInt8]) -> SpanBatch {
        batch.bytes = message
        if !made.isEmpty { batch.bytes += made }
        return batch
    }

    // MARK: What is left out

    static let noNumber = "a span has no trace id or no span id, or one of zeros"
    static let wrongNumber =
        "a span's ids have wrong lengths: they are 16 bytes of the trace, 8 of the span and of its parent"
    static let tooDeep =
        "a list or map is nested more than \(SpanBounds.depthMax) deep, or has more than "
        + "\(SpanBounds.valueBytesMax) bytes: it was left out"

    mutating func reject(_ reason: String) {
        rejected += 1
        note(reason)
    }

    /// Tells of something that was left out.
    mutating func note(_ reason: String) {
        if !reasons.contains(reason) { reasons.append(reason) }
    }

    /// How much there was of everything at some moment.
    struct Mark {
        fileprivate let attributes, events, links, scopes, resources, made: Int
        fileprivate let spans: Int
    }

    var mark: Mark {
        Mark(
            attributes: batch.attributes.count, events: batch.events.count, links: batch.links.count,
            scopes: batch.scopes.count, resources: batch.resources.count, made: made.count, spans: batch.spans.count)
    }

    /// Forgets what came since.
    mutating func takeBack(to mark: Mark) {
        batch.spans.removeLast(batch.spans.count - mark.spans)
        batch.attributes.removeLast(batch.attributes.count - mark.attributes)
        batch.events.removeLast(batch.events.count - mark.events)
        batch.links.removeLast(batch.links.count - mark.links)
        batch.scopes.removeLast(batch.scopes.count - mark.scopes)
        batch.resources.removeLast(batch.resources.count - mark.resources)
        made.removeLast(made.count - mark.made)
    }

    /// Forgets a scope or resource of which no span was taken.
    mutating func takeBackIfEmpty(since mark: Mark) { if batch.spans.count == mark.spans { takeBack(to: mark) } }

    // MARK: Texts

    /// Where what `write` appends will stand.
    mutating func make(_ write: (inout [UInt8]) -> Void) throws(OTLPError) -> ByteSlice {
        let start = made.count
        write(&made)
        return try madeSlice(since: start)
    }

    /// Where what was appended to ``made`` will stand.
    func madeSlice(since start: Int) throws(OTLPError) -> ByteSlice {
        guard made.count <= SpanBounds.madeBytesMax else {
            throw OTLPError(
                "its lists and escaped texts have more than \(SpanBounds.madeBytesMax) bytes; send smaller batches")
        }
        return ByteSlice(offset: UInt32(messageBytes + start), count: UInt32(made.count - start))
    }

    /// Where a text of JSON stands: in the message, or, if it has escapes, behind it.
    mutating func slice(of text: JSONCursor.Text, _ cursor: JSONCursor) throws(OTLPError) -> ByteSlice {
        guard text.hasEscapes else { return text.slice }
        let start = made.count
        try JSONCursor.unescape(cursor.content(text.slice), to: &made)
        return try madeSlice(since: start)
    }

    /// Gives the bytes of a slice, of the message or of what stands behind it, to `body`.
    func read<Result>(
        _ slice: ByteSlice, _ message: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let start = Int(slice.offset)
        let end = start + Int(slice.count)
        if end <= messageBytes { return body(UnsafeRawBufferPointer(rebasing: message[start..<end])) }
        return made.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[(start - messageBytes)..<(end - messageBytes)]))
        }
    }

    /// Whether a slice is this text.
    func holds(_ slice: ByteSlice, _ text: StaticString, _ message: UnsafeRawBufferPointer) -> Bool {
        read(slice, message) { bytes in text.withUTF8Buffer { bytes.elementsEqual($0) } }
    }

    /// A slice of at most so many bytes, without the front of a character that does not end in it.
    func cut(_ slice: ByteSlice, to limit: Int, _ message: UnsafeRawBufferPointer) -> ByteSlice {
        guard slice.count > limit else { return slice }
        var count = limit
        func byte(_ index: Int) -> UInt8 {
            let place = Int(slice.offset) + index
            return place < messageBytes ? message[place] : made[place - messageBytes]
        }
        // A character has three such bytes behind its first one at most.
        while count > limit - 4, byte(count) & 0xc0 == 0x80 { count -= 1 }
        return ByteSlice(offset: slice.offset, count: UInt32(count))
    }

    // MARK: Rows

    /// The attributes from `start` on.
    func attributes(since start: Int) -> RowSlice {
        RowSlice(start: UInt32(start), count: UInt32(batch.attributes.count - start))
    }

    /// Adds an attribute to the list that began at `start`.
    /// - Returns: whether it was; what is too much is left out.
    @inline(__always)
    mutating func add(
        _ attribute: SpanBatch.Attribute, since start: Int, _ message: UnsafeRawBufferPointer
    ) throws(OTLPError) -> Bool {
        var attribute = attribute
        if attribute.kind == .string || attribute.kind == .bytes, attribute.slice.count > SpanBounds.valueBytesMax {
            let slice = cut(attribute.slice, to: SpanBounds.valueBytesMax, message)
            attribute = SpanBatch.Attribute(key: attribute.key, kind: attribute.kind, slice: slice)
        }
        guard attribute.key.count > 0, attribute.key.count <= SpanBounds.nameBytesMax else {
            note("an attribute has no name, or one of more than \(SpanBounds.nameBytesMax) bytes: it was left out")
            return false
        }
        guard batch.attributes.count - start < SpanBounds.listMax else {
            note("attributes above the limit of \(SpanBounds.listMax) were left out")
            return false
        }
        guard batch.attributes.count < SpanBounds.allAttributesMax else {
            throw OTLPError(
                "it holds more than the limit of \(SpanBounds.allAttributesMax) attributes; send smaller batches")
        }
        batch.attributes.append(attribute)
        return true
    }

    mutating func add(_ event: SpanBatch.Event) throws(OTLPError) {
        try checkParts()
        batch.events.append(event)
    }

    mutating func add(_ link: SpanBatch.Link) throws(OTLPError) {
        try checkParts()
        batch.links.append(link)
    }

    private func checkParts() throws(OTLPError) {
        guard batch.events.count + batch.links.count < SpanBounds.partsMax else {
            throw OTLPError(
                "it holds more than the limit of \(SpanBounds.partsMax) events and links; send smaller batches")
        }
    }

    /// Adds a span whose numbers are right, with the times that it has.
    /// - Parameters:
    ///   - start: in nanoseconds since the Unix epoch; 0 for none, which makes it the end.
    ///   - end: likewise; one before the start becomes the start, as in a span that has not ended.
    ///   - mark: what is taken back where the span is rejected.
    @inline(__always)
    mutating func add(
        _ row: SpanBatch.Row, start: UInt64, end: UInt64, _ mark: Mark
    ) throws(OTLPError) {
        let first = start == 0 ? end : start
        let last = max(first, end)
        guard first >= UInt64(SpanBounds.times.lowerBound), last < UInt64(SpanBounds.times.upperBound) else {
            takeBack(to: mark)
            return reject(
                last == 0
                    ? "a span has neither start nor end"
                    : "a span's times are not of the years 2000 to 2199; they are to be nanoseconds since 1970")
        }
        guard batch.spans.count < SpanBounds.spansMax else {
            throw OTLPError("it holds more than the limit of \(SpanBounds.spansMax) spans; send smaller batches")
        }
        var row = row
        row.start = Int64(bitPattern: first)
        row.end = Int64(bitPattern: last)
        batch.spans.append(row)
    }
}

extension Span.Kind {
    /// Of a number in OTLP; one that is not known is unspecified.
    init(number: UInt64) { self = UInt8(exactly: number).flatMap(Self.init(rawValue:)) ?? .unspecified }
}

extension Span.Status {
    /// Of a number in OTLP; one that is not known is unset.
    init(number: UInt64) { self = UInt8(exactly: number).flatMap(Self.init(rawValue:)) ?? .unset }
}
