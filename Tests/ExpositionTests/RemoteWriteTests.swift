import Base
import Exposition
import Model
import Testing

/// Writes protobuf messages, as a sender does.
private struct Message {
    private(set) var bytes: [UInt8] = []

    private mutating func varint(_ value: UInt64) {
        var value = value
        while value > 0x7f {
            bytes.append(UInt8(value & 0x7f) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    func with(_ field: UInt64, _ content: [UInt8]) -> Message {
        var message = self
        message.varint(field << 3 | 2)
        message.varint(UInt64(content.count))
        message.bytes += content
        return message
    }

    func with(_ field: UInt64, _ text: String) -> Message { with(field, Array(text.utf8)) }
    func with(_ field: UInt64, _ inner: Message) -> Message { with(field, inner.bytes) }

    func with(_ field: UInt64, number: UInt64) -> Message {
        var message = self
        message.varint(field << 3)
        message.varint(number)
        return message
    }

    func with(_ field: UInt64, double: Double) -> Message {
        var message = self
        message.varint(field << 3 | 1)
        withUnsafeBytes(of: double.bitPattern.littleEndian) { message.bytes += $0 }
        return message
    }

    static func sample(_ value: Double, _ time: Int64) -> Message {
        Message().with(1, double: value).with(2, number: UInt64(bitPattern: time))
    }

    static func first(_ labels: [(String, String)], _ samples: Message...) -> Message {
        let series = labels.reduce(Message()) { $0.with(1, Message().with(1, $1.0).with(2, $1.1)) }
        return samples.reduce(series) { $0.with(2, $1) }
    }

    /// A series of version 2 with one sample.
    static func second(_ refs: [UInt8]) -> Message { Message().with(1, refs).with(2, sample(1, 2)) }
}

extension RemoteWriteRequest {
    /// The labels of the series that were not known.
    fileprivate var labels: [Labels] {
        series.compactMap { if case .new(let labels, _) = $0.identity { labels } else { nil } }
    }
}

@Suite("Remote write requests")
struct RemoteWriteTests {
    private func read(_ message: Message, _ version: RemoteWriteRequest.Version) throws -> RemoteWriteRequest {
        try message.bytes.withUnsafeBytes { try RemoteWriteRequest($0, version: version) }
    }

    @Test("of version 1 are read: labels in any order, times before 1970, stale markers to the bit")
    func first() throws {
        let stale = StaleMarker.value
        let message = Message()
            .with(1, Message.first([("__name__", "up"), ("job", "a")], .sample(1, 5), .sample(stale, 6)))
            .with(1, Message.first([("z", "1"), ("__name__", "x"), ("empty", "")], .sample(-0.5, -7)))
            .with(3, "metadata").with(77, number: 3)
        let request = try read(message, .one)
        #expect(request.labels == [["__name__": "up", "job": "a"], ["__name__": "x", "z": "1"]])
        #expect(request.samples.map(\.timestamp) == [5, 6, -7])
        #expect(request.samples[1].value.bitPattern == stale.bitPattern)
        #expect(request.samples[request.series[1].samples].map(\.value) == [-0.5])
        #expect(request.problem == nil)
    }

    @Test(
        "whose series are known by their key are read without labels",
        arguments: [RemoteWriteRequest.Version.one, .two])
    func known(_ version: RemoteWriteRequest.Version) throws {
        func message(_ camera: String, isTurned: Bool = false) -> Message {
            if version == .one {
                let series = Message.first([("__name__", "up"), ("camera", camera)], .sample(1, 5))
                let turned = Message().with(2, Message.sample(1, 5))
                    .with(1, Message().with(1, "__name__").with(2, "up"))
                    .with(1, Message().with(1, "camera").with(2, camera))
                return Message().with(1, isTurned ? turned : series)
            }
            // The same labels by other numbers.
            let symbols =
                isTurned ? ["", "camera", camera, "__name__", "up"] : ["", "__name__", "up", "camera", camera]
            let all = symbols.reduce(Message()) { $0.with(4, $1) }
            return all.with(5, Message.second(isTurned ? [3, 4, 1, 2] : [1, 2, 3, 4]))
        }
        var keys: [SeriesKey: SeriesRef] = [:]
        func decode(_ message: Message) throws -> RemoteWriteRequest {
            let seen = keys
            return try message.bytes.withUnsafeBytes {
                try RemoteWriteRequest($0, version: version, known: { seen[$0] })
            }
        }
        func identity(_ message: Message) throws -> RemoteWriteRequest.Series.Identity {
            try #require(try decode(message).series.first).identity
        }
        guard case .new(let labels, let key?) = try identity(message("1")) else { throw RemoteWriteTests.Unexpected() }
        #expect(labels == ["__name__": "up", "camera": "1"])
        keys[key] = SeriesRef(rawValue: 7)
        guard case .known(let ref) = try identity(message("1")) else { throw RemoteWriteTests.Unexpected() }
        #expect(ref.rawValue == 7)
        #expect(try decode(message("1")).samples.map(\.value) == [1])
        guard case .new(let other, _?) = try identity(message("2")) else { throw RemoteWriteTests.Unexpected() }
        #expect(other == ["__name__": "up", "camera": "2"])
        switch (version, try identity(message("1", isTurned: true))) {
        case (.one, .new(let turned, nil)): #expect(turned == labels)
        case (.two, .known(let turned)): #expect(turned == ref)
        default: throw RemoteWriteTests.Unexpected()
        }
    }

    private struct Unexpected: Error {}

    @Test("of version 2 are read, wherever the symbols stand")
    func second() throws {
        let symbols = ["", "__name__", "up", "job", "a"]
        let series = Message.second([1, 2, 3, 4])
        let before = symbols.reduce(Message()) { $0.with(4, $1) }.with(5, series)
        let behind = symbols.reduce(Message().with(5, series)) { $0.with(4, $1) }
        for message in [before, behind] {
            let request = try read(message, .two)
            #expect(request.labels == [["__name__": "up", "job": "a"]])
            #expect(request.samples == [Sample(timestamp: 2, value: 1)])
        }
    }

    @Test(
        "a series with labels that none can have is left out and told, and the others are read",
        arguments: [
            ([("job", "a")], "no name"), ([("__name__", "x"), ("", "a")], "empty"),
            ([("__name__", "x"), ("a", "1"), ("a", "2")], "twice"), ([("__name__", "")], "no name"),
        ])
    func refusedLabels(labels: [(String, String)], why: String) throws {
        let message = Message().with(1, Message.first(labels, .sample(1, 1), .sample(2, 2)))
            .with(1, Message.first([("__name__", "good")], .sample(3, 3)))
        let request = try read(message, .one)
        #expect(request.labels == [["__name__": "good"]])
        #expect(request.samples == [Sample(timestamp: 3, value: 3)])
        #expect(request.refusedCount == 2)
        #expect(request.problem?.contains(why) == true)
    }

    @Test("a label that is not UTF-8 is refused")
    func encoding() throws {
        let series = Message().with(1, Message().with(1, "__name__").with(2, [0x61, 0xff])).with(2, .sample(1, 1))
        let request = try read(Message().with(1, series), .one)
        #expect(request.series.isEmpty && request.problem?.contains("UTF-8") == true)
    }

    @Test("what is no message is refused whole, and never a crash")
    func damage() throws {
        let symbols = Message().with(4, "").with(4, "__name__").with(4, "up")
        for message in [
            symbols.with(5, Message.second([1])), symbols.with(5, Message.second([1, 9])),
            symbols.with(5, Message().with(1, [0xff])), Message().with(4, "a").with(5, Message.second([0, 0])),
        ] {
            #expect(throws: RemoteWriteError.self) { try read(message, .two) }
        }
        let whole = Message().with(1, Message.first([("__name__", "up")], .sample(1, 5))).bytes
        for length in 1..<whole.count {
            let cut = Array(whole[..<length])
            #expect(throws: RemoteWriteError.self) {
                try cut.withUnsafeBytes { try RemoteWriteRequest($0, version: .one) }
            }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<3 { bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255) }
            for version in [RemoteWriteRequest.Version.one, .two] {
                _ = try? bytes.withUnsafeBytes { try RemoteWriteRequest($0, version: version) }
            }
        }
    }

    @Test(
        "the content type names the version",
        arguments: [
            ("", RemoteWriteRequest.Version.one), ("application/x-protobuf", .one),
            ("application/x-protobuf;proto=prometheus.WriteRequest", .one),
            ("application/x-protobuf; proto=io.prometheus.write.v2.Request", .two), ("application/json", nil),
            ("application/x-protobuf;proto=other", nil),
        ])
    func contentType(text: String, version: RemoteWriteRequest.Version?) {
        #expect(RemoteWriteRequest.Version(contentType: text) == version)
    }

    @Test("a request that unfolds into more than the limits is refused with the limit's name, while it is decoded")
    func bombs() throws {
        /// A series of empty parts: two bytes each, as a bomb has them.
        func series(_ outer: UInt8, _ part: UInt8, _ count: Int) -> [UInt8] {
            var bytes: [UInt8] = [outer << 3 | 2]
            bytes.appendCounted(Array(repeating: [part << 3 | 2, 0], count: count).flatMap { $0 })
            return bytes
        }
        let bombs: [(body: [UInt8], version: RemoteWriteRequest.Version, limit: String)] = [
            (series(1, 3, 200_000), .one, "limit of 100000 exemplars"),
            (series(1, 2, 300_000), .one, "limit of 250000 samples"),
            ([0x22, 0] + series(5, 4, 200_000), .two, "limit of 100000 exemplars"),
            ([0x22, 0] + series(5, 2, 300_000), .two, "limit of 250000 samples"),
            (Array(repeating: [0x22, 0], count: 1_000_001).flatMap { $0 }, .two, "limit of 1000000 symbols"),
            (Array(repeating: [0x2a, 0], count: 1_000_001).flatMap { $0 }, .two, "limit of 1000000 symbols"),
        ]
        for (body, version, limit) in bombs {
            let error = #expect(throws: RemoteWriteError.self) {
                try body.withUnsafeBytes { _ = try RemoteWriteRequest($0, version: version) }
            }
            #expect(error?.description.contains(limit) == true, "\(error?.description ?? "")")
        }
    }
}
