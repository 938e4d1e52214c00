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
        var labels = PackedLabelSet()
        let first = samples.count
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (1, .bytes(let label)): try Self.readLabel(label, into: &labels)
            case (2, .bytes(let sample)): try addSample(sample)
            case (4, .bytes): histogramCount += 1
            default: break
            }
        }
        try reader.checkWhole()
        add(labels, from: first)
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
        }
        try reader.checkWhole()
        guard symbols.first.map({ $0.isEmpty }) ?? found.isEmpty else {
            throw RemoteWriteError("its first symbol is not the empty text")
        }
        for series in found { try readSecondVersionSeries(series, symbols) }
    }

    private mutating func readSecondVersionSeries(
        _ bytes: UnsafeRawBufferPointer, _ symbols: [UnsafeRawBufferPointer]
    ) throws(RemoteWriteError) {
        var reader = ProtobufReader(bytes)
        var refs: [Int] = []
        let first = samples.count
        while let (field, content) = reader.next() {
            switch (field, content) {
            case (1, .bytes(let packed)):
                var numbers = ByteReader(packed)
                while !numbers.isAtEnd { refs.append(Int(truncatingIfNeeded: numbers.varint() & 0xffff_ffff)) }
                if numbers.hasFailed { throw .damaged }
            case (1, .varint(let number)): refs.append(Int(truncatingIfNeeded: number & 0xffff_ffff))
            case (2, .bytes(let sample)): try addSample(sample)
            case (3, .bytes): histogramCount += 1
            default: break
            }
        }
        try reader.checkWhole()
        guard refs.count.isMultiple(of: 2), refs.allSatisfy({ $0 < symbols.count }) else {
            throw RemoteWriteError("a series' labels name symbols that are not there")
        }
        var labels = PackedLabelSet()
        for index in stride(from: 0, to: refs.count, by: 2) {
            labels.add(symbols[refs[index]], symbols[refs[index + 1]])
        }
        add(labels, from: first)
    }
}
