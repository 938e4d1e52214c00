internal import Base
internal import Model

extension LokiPush {
    /// Reads a `logproto.PushRequest`: https://github.com/grafana/loki/blob/main/pkg/push/push.proto
    /// - Throws: ``LokiError``.
    init(protobuf bytes: UnsafeRawBufferPointer) throws(LokiError) {
        self.init()
        try Self.fields(bytes) { field, value throws(LokiError) in
            if field == 1, case .bytes(let stream) = value { try add(stream: stream) }
        }
    }

    private static func fields(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (_ field: UInt64, _ value: ProtobufReader.Value) throws(LokiError) -> Void
    ) throws(LokiError) {
        var reader = ProtobufReader(bytes)
        while let (field, value) = reader.next() { try body(field, value) }
        if reader.hasFailed { throw LokiError("it is not a whole protobuf message") }
    }

    private mutating func add(stream: UnsafeRawBufferPointer) throws(LokiError) {
        var labels: UnsafeRawBufferPointer?
        try Self.fields(stream) { field, value throws(LokiError) in
            if field == 1, case .bytes(let text) = value { labels = text }
        }
        guard let labels else { throw LokiError("a stream has no labels") }
        try begin(try LokiLabels.pairs(labels, most: Limits.labelsOfStream))
        try Self.fields(stream) { field, value throws(LokiError) in
            if field == 2, case .bytes(let entry) = value { try add(entry: entry) }
        }
    }

    private mutating func add(entry: UnsafeRawBufferPointer) throws(LokiError) {
        var time: Int64 = 0
        var line = ""
        var metadata: [LokiLabels.Pair] = []
        try Self.fields(entry) { field, value throws(LokiError) in
            switch (field, value) {
            case (1, .bytes(let timestamp)): time = try Self.nanoseconds(timestamp)
            case (2, .bytes(let text)):
                // One that is refused for its length need not be copied whole.
                line = String(decoding: text.prefix(Limits.lineBytes + 1), as: UTF8.self)
            case (3, .bytes(let pair)):
                metadata.append(try Self.pair(pair))
                guard metadata.count <= Limits.pairsOfEntry else {
                    throw LokiError("a line has more than the limit of \(Limits.pairsOfEntry) metadata")
                }
            default: break
            }
        }
        try add(time, line, metadata)
    }

    private static func pair(_ bytes: UnsafeRawBufferPointer) throws(LokiError) -> LokiLabels.Pair {
        var pair: LokiLabels.Pair = ("", "")
        try fields(bytes) { field, value throws(LokiError) in
            guard case .bytes(let text) = value else { return }
            if field == 1 { pair.name = String(decoding: text, as: UTF8.self) }
            if field == 2 { pair.value = String(decoding: text, as: UTF8.self) }
        }
        guard !pair.name.isEmpty else { throw LokiError("metadata of a line has no name") }
        return pair
    }

    /// Of a `google.protobuf.Timestamp`.
    private static func nanoseconds(_ bytes: UnsafeRawBufferPointer) throws(LokiError) -> Int64 {
        var (seconds, nanoseconds): (Int64, Int64) = (0, 0)
        try fields(bytes) { field, value throws(LokiError) in
            guard case .varint(let number) = value else { return }
            if field == 1 { seconds = Int64(bitPattern: number) }
            if field == 2 { nanoseconds = Int64(Int32(truncatingIfNeeded: number)) }
        }
        let (product, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isOver) = product.addingReportingOverflow(nanoseconds)
        guard !isTooLarge, !isOver else { throw LokiError("the time of a line is beyond all years") }
        return sum
    }
}
