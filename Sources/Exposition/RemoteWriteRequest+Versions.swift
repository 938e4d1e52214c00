internal import Base
internal import Model

extension RemoteWriteRequest {
    // MARK: Version 1: labels as texts

    mutating func readFirstVersion(_ bytes: UnsafeRawBufferPointer) throws(RemoteWriteError) {
        var reader = ProtobufReader(bytes)
        while let (field, content) = reader.next() {
            if case (1, .bytes(let series)) = (field, content) { try readFirstVersionSeries(series) }
        }
        try reader.checkWhole()
    }

    private mutating func readFirstVersionSeries(_ bytes: UnsafeRawBufferPointer) throws(RemoteWriteError) {
        var reader = ProtobufReader(bytes)
        var exemplars: [Exemplar] = []
        let first = samples.count
        // Senders write the labels first: then their bytes tell the series.
        var labelsEnd = 0
        var isAhead = true
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (1, .bytes): if isAhead { labelsEnd = reader.offset } else { labelsEnd = -1 }
            case (2, .bytes(let sample)): try addSample(sample)
            case (3, .bytes(let exemplar)):
                try countExemplar()
                exemplars.append(try Self.firstVersionExemplar(exemplar))
                try countLabels(exemplars.last?.labels)
            case (4, .bytes): histogramCount += 1
            default: break
            }
            if field != 1 { isAhead = false }
        }
        try reader.checkWhole()
        let key = labelsEnd < 0 ? nil : SeriesKey(UnsafeRawBufferPointer(rebasing: bytes[..<labelsEnd]))
        try add(from: first, exemplars, key: key) { () throws(RemoteWriteError) in try Self.firstVersionLabels(bytes) }
    }

    private static func firstVersionLabels(
        _ series: UnsafeRawBufferPointer
    ) throws(RemoteWriteError) -> PackedLabelSet {
        var reader = ProtobufReader(series)
        var labels = PackedLabelSet()
        while let (field, content) = reader.next() {
            if case (1, .bytes(let label)) = (field, content) { try readLabel(label, into: &labels) }
        }
        return labels
    }

    /// Labels are field 1, the value field 2, the time field 3. Labels that are not text are left out.
    private static func firstVersionExemplar(_ bytes: UnsafeRawBufferPointer) throws(RemoteWriteError) -> Exemplar {
        var reader = ProtobufReader(bytes)
        var labels = PackedLabelSet()
        var value = 0.0
        var timestamp: Int64 = 0
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (1, .bytes(let label)): try readLabel(label, into: &labels)
            case (2, .fixed64(let bits)): value = Double(bitPattern: bits)
            case (3, .varint(let time)): timestamp = Int64(bitPattern: time)
            default: break
            }
        }
        try reader.checkWhole()
        return Exemplar(labels: (try? labels.finish(needsName: false)) ?? .empty, value: value, timestamp: timestamp)
    }

    private static func readLabel(
        _ bytes: UnsafeRawBufferPointer, into labels: inout PackedLabelSet
    ) throws(RemoteWriteError) {
        var reader = ProtobufReader(bytes)
        var name = UnsafeRawBufferPointer(start: nil, count: 0)
        var value = name
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (1, .bytes(let text)): name = text
            case (2, .bytes(let text)): value = text
            default: break
            }
        }
        try reader.checkWhole()
        labels.add(name, value)
    }

    // MARK: Version 2: labels as numbers of symbols

    mutating func readSecondVersion(_ bytes: UnsafeRawBufferPointer) throws(RemoteWriteError) {
        // The symbols may come behind the series that use them.
        var symbols: [UnsafeRawBufferPointer] = []
        var found: [UnsafeRawBufferPointer] = []
        var reader = ProtobufReader(bytes)
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (4, .bytes(let text)): symbols.append(text)
            case (5, .bytes(let series)): found.append(series)
            default: break
            }
            try Self.check(max(symbols.count, found.count), Self.symbolsMax, "symbols or series")
        }
        try reader.checkWhole()
        guard symbols.first.map({ $0.isEmpty }) ?? found.isEmpty else {
            throw RemoteWriteError("its first symbol is not the empty text")
        }
        let keys = symbols.map(SeriesKey.init)
        for series in found { try readSecondVersionSeries(series, symbols, keys) }
    }

    private mutating func readSecondVersionSeries(
        _ bytes: UnsafeRawBufferPointer, _ symbols: [UnsafeRawBufferPointer], _ keys: [SeriesKey]
    ) throws(RemoteWriteError) {
        var reader = ProtobufReader(bytes)
        var refs: [Int] = []
        var exemplars: [Exemplar] = []
        let first = samples.count
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (1, _): try Self.readRefs(content, into: &refs)
            case (2, .bytes(let sample)): try addSample(sample)
            case (3, .bytes): histogramCount += 1
            case (4, .bytes(let exemplar)):
                try countExemplar()
                exemplars.append(try Self.secondVersionExemplar(exemplar, symbols))
                try countLabels(exemplars.last?.labels)
            default: break
            }
        }
        try reader.checkWhole()
        try Self.check(refs, symbols)
        let key = SeriesKey(refs.map { keys[$0] })
        try add(from: first, exemplars, key: key) { () throws(RemoteWriteError) in try Self.labels(refs, symbols) }
    }

    /// Numbers of symbols: packed as a rule, one by one from an old encoder.
    private static func readRefs(_ content: ProtobufReader.Value, into refs: inout [Int]) throws(RemoteWriteError) {
        switch content {
        case .bytes(let packed):
            var numbers = ByteReader(packed)
            try check(refs.count + packed.count, symbolsMax, "bytes of a series' labels")
            while !numbers.isAtEnd { refs.append(Int(truncatingIfNeeded: numbers.varint() & 0xffff_ffff)) }
            if numbers.hasFailed { throw .damaged }
        case .varint(let number): refs.append(Int(truncatingIfNeeded: number & 0xffff_ffff))
        default: break
        }
    }

    private static func check(_ refs: [Int], _ symbols: [UnsafeRawBufferPointer]) throws(RemoteWriteError) {
        guard refs.count.isMultiple(of: 2), refs.allSatisfy({ $0 < symbols.count }) else {
            throw RemoteWriteError("a series' labels name symbols that are not there")
        }
    }

    private static func labels(
        _ refs: [Int], _ symbols: [UnsafeRawBufferPointer]
    ) throws(RemoteWriteError) -> PackedLabelSet {
        try check(refs, symbols)
        var labels = PackedLabelSet()
        for index in stride(from: 0, to: refs.count, by: 2) {
            labels.add(symbols[refs[index]], symbols[refs[index + 1]])
        }
        return labels
    }

    /// Numbers of the labels' symbols are field 1, the value field 2, the time field 3.
    private static func secondVersionExemplar(
        _ bytes: UnsafeRawBufferPointer, _ symbols: [UnsafeRawBufferPointer]
    ) throws(RemoteWriteError) -> Exemplar {
        var reader = ProtobufReader(bytes)
        var refs: [Int] = []
        var value = 0.0
        var timestamp: Int64 = 0
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (1, _): try readRefs(content, into: &refs)
            case (2, .fixed64(let bits)): value = Double(bitPattern: bits)
            case (3, .varint(let time)): timestamp = Int64(bitPattern: time)
            default: break
            }
        }
        try reader.checkWhole()
        let labels = try labels(refs, symbols)
        return Exemplar(labels: (try? labels.finish(needsName: false)) ?? .empty, value: value, timestamp: timestamp)
    }
}
