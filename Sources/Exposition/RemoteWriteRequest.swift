internal import Base
public import Model

/// A remote write request, decoded: series with their samples.
///
/// Both versions of the protocol are read, each field by its number in the published messages
/// (<https://prometheus.io/docs/specs/prw/remote_write_spec/> and `remote_write_spec_2_0`). Unknown fields are
/// skipped, as protobuf wants it. Metadata is not kept.
public struct RemoteWriteRequest {
    /// The protocol's version, which the content type names.
    public enum Version: Sendable {
        case one
        case two

        /// The version that a content type stands for, the first where none is said; `nil` for another type.
        public init?(contentType: String) {
            if contentType.isEmpty {
                self = .one
                return
            }
            let parts = contentType.lowercased().filter { $0 != " " }.split(separator: ";")
            guard parts.first == "application/x-protobuf" else { return nil }
            switch parts.first(where: { $0.hasPrefix("proto=") })?.dropFirst(6) {
            case nil, "prometheus.writerequest": self = .one
            case "io.prometheus.write.v2.request": self = .two
            default: return nil
            }
        }
    }

    /// A series and where its samples are in ``samples``.
    public struct Series: Sendable {
        public enum Identity: Sendable {
            /// A series that was known by its key.
            case known(SeriesRef)
            /// Its labels were read; the key is there for the next time, if it can have one.
            case new(Labels, SeriesKey?)
        }

        public let identity: Identity
        public let samples: Range<Int>
        public let exemplars: [Exemplar]
    }

    public internal(set) var series: [Series] = []
    /// The samples of all series, each series' together.
    public internal(set) var samples: [Sample] = []
    /// Native histograms that came; they are not decoded.
    public internal(set) var histogramCount = 0
    /// What is wrong with series that were left out: the first of them, in words for people.
    public internal(set) var problem: String?
    /// Samples of series that were left out.
    public internal(set) var refusedCount = 0

    /// The number of a series that was written before.
    let known: (SeriesKey) -> SeriesRef?

    /// Samples of one request.
    static let samplesMax = 250_000
    /// Exemplars of one request.
    static let exemplarsMax = 100_000
    /// Series, and symbols of version 2, of one request.
    static let symbolsMax = 1_000_000

    /// Bytes of all labels: version 2 names one long symbol any number of times.
    static let labelBytesMax = 64 << 20

    private var labelBytes = 0

    mutating func countLabels(_ labels: Labels?) throws(RemoteWriteError) {
        labelBytes += labels?.packed.count ?? 0
        try Self.check(labelBytes, Self.labelBytesMax, "bytes of labels")
    }

    /// Exemplars that were decoded.
    var exemplarCount = 0

    /// Counts while decoding, as a short compressed body may unfold into millions.
    static func check(_ count: Int, _ limit: Int, _ what: String) throws(RemoteWriteError) {
        guard count <= limit else {
            throw RemoteWriteError("it holds more than the limit of \(limit) \(what); send fewer at once")
        }
    }

    mutating func countExemplar() throws(RemoteWriteError) {
        exemplarCount += 1
        try Self.check(exemplarCount, Self.exemplarsMax, "exemplars")
    }

    /// Decodes the bytes of a request, decompressed.
    /// - Parameter known: the number of a series, by its key; its labels are not read then.
    /// - Throws: ``RemoteWriteError`` where they are no such message. A single series with bad labels is left out
    ///   and told in ``problem``.
    public init(
        _ bytes: UnsafeRawBufferPointer, version: Version, known: @escaping (SeriesKey) -> SeriesRef? = { _ in nil }
    ) throws(RemoteWriteError) {
        self.known = known
        switch version {
        case .one: try readFirstVersion(bytes)
        case .two: try readSecondVersion(bytes)
        }
    }

    /// Puts a series in, unless its labels are wrong.
    /// - Parameter labels: reads its labels; not asked where the key is known.
    mutating func add(
        from first: Int, _ exemplars: [Exemplar], key: SeriesKey?,
        labels: () throws(RemoteWriteError) -> PackedLabelSet
    ) throws(RemoteWriteError) {
        if samples.count == first, exemplars.isEmpty { return }
        if let key, let ref = known(key) {
            series.append(Series(identity: .known(ref), samples: first..<samples.count, exemplars: exemplars))
            return
        }
        let set = try labels()
        do {
            series.append(
                Series(
                    identity: .new(try set.finish(), key), samples: first..<samples.count, exemplars: exemplars))
        } catch {
            refusedCount += samples.count - first
            problem = problem ?? error.description
            samples.removeSubrange(first...)
            return
        }
        if case .new(let labels, _)? = series.last?.identity { try countLabels(labels) }
    }

    /// A sample: its value is field 1 and its time field 2 in both versions.
    mutating func addSample(_ bytes: UnsafeRawBufferPointer) throws(RemoteWriteError) {
        var reader = ProtobufReader(bytes)
        var value = 0.0
        var timestamp: Int64 = 0
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (1, .fixed64(let bits)): value = Double(bitPattern: bits)
            case (2, .varint(let time)): timestamp = Int64(bitPattern: time)
            default: break
            }
        }
        try reader.checkWhole()
        samples.append(Sample(timestamp: timestamp, value: value))
        try Self.check(samples.count + refusedCount, Self.samplesMax, "samples")
    }
}

/// A request that is no remote write message.
public struct RemoteWriteError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ cause: String) { description = "cannot read the remote write request: \(cause)" }

    static let damaged = RemoteWriteError("it is not a whole protobuf message")
}

extension ProtobufReader {
    func checkWhole() throws(RemoteWriteError) {
        if hasFailed { throw .damaged }
    }
}
