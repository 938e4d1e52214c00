internal import Base
internal import Exposition
package import Model
internal import Patterns

/// Remote read, as Prometheus asks for it: the messages `ReadRequest` and `ReadResponse` of its `remote.proto`, of which
/// the answer with samples is spoken.
package struct RemoteReadRequest: Sendable {
    package struct Query: Sendable {
        package let range: TimeRange
        package let matchers: [Matcher]
    }

    package private(set) var queries: [Query] = []

    /// Decodes the bytes of a request, decompressed.
    /// - Throws: ``RemoteReadError``.
    package init(_ bytes: UnsafeRawBufferPointer) throws(RemoteReadError) {
        var reader = ProtobufReader(bytes)
        while let (field, content) = reader.next() {
            guard case (1, .bytes(let query)) = (field, content) else { continue }
            queries.append(try Self.query(query))
            try Self.check(queries.count, "queries")
        }
        if reader.hasFailed { throw RemoteReadError("it is not a whole protobuf message") }
    }

    private static let partsMax = 1_000

    private static func check(_ count: Int, _ what: String) throws(RemoteReadError) {
        guard count <= partsMax else { throw RemoteReadError("it holds more than the limit of \(partsMax) \(what)") }
    }

    private static func query(_ bytes: UnsafeRawBufferPointer) throws(RemoteReadError) -> Query {
        var reader = ProtobufReader(bytes)
        var start: Int64 = 0
        var end: Int64 = 0
        var matchers: [Matcher] = []
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (1, .varint(let time)): start = Int64(bitPattern: time)
            case (2, .varint(let time)): end = Int64(bitPattern: time)
            case (3, .bytes(let matcher)):
                matchers.append(try Self.matcher(matcher))
                try Self.check(matchers.count, "matchers of a query")
            default: break
            }
        }
        if reader.hasFailed { throw RemoteReadError("a query is not a whole protobuf message") }
        return Query(range: TimeRange(start: start, end: end), matchers: matchers)
    }

    private static func matcher(_ bytes: UnsafeRawBufferPointer) throws(RemoteReadError) -> Matcher {
        let operations: [Matcher.Operation] = [.equal, .notEqual, .regex, .notRegex]
        var reader = ProtobufReader(bytes)
        var type = 0
        var texts = ["", ""]
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (1, .varint(let number)): type = Int(clamping: number)
            case (2, .bytes(let text)), (3, .bytes(let text)):
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw RemoteReadError("a matcher is not UTF-8")
                }
                texts[field == 2 ? 0 : 1] = text
            default: break
            }
        }
        guard !reader.hasFailed, type < operations.count else { throw RemoteReadError("a matcher is unsound") }
        do {
            return try Matcher(texts[0], operations[type], texts[1])
        } catch {
            throw RemoteReadError("\(error)")
        }
    }
}

/// Writes the answer to a ``RemoteReadRequest``.
package struct RemoteReadResponse {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Appends the result of one query; results stand in the order of the queries.
    package mutating func append(_ series: [SeriesColumn]) {
        var result: [UInt8] = []
        for one in series {
            var fields = RemoteWriteEncoder.labelFields(one.labels)
            for (timestamp, value) in zip(one.timestamps, one.values) {
                RemoteWriteEncoder.append(Sample(timestamp: timestamp, value: value), to: &fields)
            }
            RemoteWriteEncoder.append(1, fields, to: &result)
        }
        RemoteWriteEncoder.append(1, result, to: &bytes)
    }
}

/// A request that is no remote read message.
package struct RemoteReadError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ cause: String) { description = "cannot read the remote read request: \(cause)" }
}
