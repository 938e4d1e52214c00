internal import Model

/// A span of Zipkin that is being read.
struct ZipkinDraft {
    struct Endpoint {
        var service = ByteSlice.empty
        var address = ByteSlice.empty
        var port: UInt64 = 0
    }

    struct Annotation {
        /// Microseconds since the Unix epoch.
        var timestamp: UInt64 = 0
        var value = ByteSlice.empty
    }

    /// An annotation of the first version that says what began or ended.
    enum Mark: String, CaseIterable {
        case clientSend = "cs"
        case clientReceive = "cr"
        case serverReceive = "sr"
        case serverSend = "ss"
        case messageSend = "ms"
        case messageReceive = "mr"

        init?(_ text: UnsafeRawBufferPointer) {
            guard text.count == 2, let mark = Self.allCases.first(where: { text.elementsEqual($0.rawValue.utf8) })
            else { return nil }
            self = mark
        }
    }

    var traceID: TraceID?
    var spanID: SpanID?
    var parentID = SpanID(0)
    var isWrong = false
    var name = ByteSlice.empty
    var kind: Span.Kind?
    /// Microseconds.
    var timestamp: UInt64 = 0
    var duration: UInt64 = 0
    var local: Endpoint?
    var remote = Endpoint()
    /// Where annotations of the first version say that they were made.
    var host: Endpoint?
    var annotations: [Annotation] = []
    var marks: [(mark: Mark, timestamp: UInt64)] = []
    var tags: [(key: ByteSlice, value: ByteSlice)] = []
    var meanings: [ZipkinNames.Meaning: ByteSlice] = [:]
    var droppedTags: UInt32 = 0
    var droppedAnnotations: UInt32 = 0
    var isDebug = false
    var isSecondVersion = false

    /// Forgets all but the memory of its lists.
    mutating func removeAll() {
        var fresh = ZipkinDraft()
        swap(&fresh.annotations, &annotations)
        swap(&fresh.marks, &marks)
        swap(&fresh.tags, &tags)
        swap(&fresh.meanings, &meanings)
        fresh.annotations.removeAll(keepingCapacity: true)
        fresh.marks.removeAll(keepingCapacity: true)
        fresh.tags.removeAll(keepingCapacity: true)
        fresh.meanings.removeAll(keepingCapacity: true)
        self = fresh
    }

    var ownEndpoint: Endpoint { local ?? host ?? Endpoint() }

    static func kind(_ text: UnsafeRawBufferPointer) -> Span.Kind? {
        let kinds: [(StaticString, Span.Kind)] = [
            ("CLIENT", .client), ("SERVER", .server), ("PRODUCER", .producer), ("CONSUMER", .consumer),
        ]
        return kinds.first { name, _ in name.withUTF8Buffer { text.elementsEqual($0) } }?.1
    }

    /// A client's marks count before a server's, which a span that both share has too.
    var kindOfMarks: Span.Kind? {
        func has(_ wanted: Mark...) -> Bool { marks.contains { wanted.contains($0.mark) } }
        if has(.clientSend, .clientReceive) { return .client }
        if has(.serverReceive, .serverSend) { return .server }
        if has(.messageSend) { return .producer }
        return has(.messageReceive) ? .consumer : nil
    }

    /// Nanoseconds since the Unix epoch. A span without times has those of its marks, or else of its annotations.
    var times: (start: UInt64, end: UInt64) {
        let known = marks.isEmpty ? annotations.map(\.timestamp) : marks.map(\.timestamp)
        let start = timestamp > 0 ? timestamp : known.filter { $0 > 0 }.min() ?? 0
        let end = duration > 0 ? start &+ min(duration, .max - start) : max(start, marks.map(\.timestamp).max() ?? 0)
        return (Self.nanoseconds(start), Self.nanoseconds(end))
    }

    static func nanoseconds(_ microseconds: UInt64) -> UInt64 {
        let (product, isLarge) = microseconds.multipliedReportingOverflow(by: 1_000)
        return isLarge ? .max : product
    }
}
