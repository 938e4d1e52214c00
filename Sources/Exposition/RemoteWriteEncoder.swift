internal import Base
public import Model

/// Writes remote write messages: <https://prometheus.io/docs/specs/prw/remote_write_spec/> and
/// `remote_write_spec_2_0`.
public enum RemoteWriteEncoder {
    /// The fields of a series of version 1 that hold its labels: the same for each of its samples.
    public static func labelFields(_ labels: Labels) -> [UInt8] {
        var bytes: [UInt8] = []
        for label in labels {
            var pair: [UInt8] = []
            append(1, Array(label.name.utf8), to: &pair)
            append(2, Array(label.value.utf8), to: &pair)
            append(1, pair, to: &bytes)
        }
        return bytes
    }

    /// Appends a series with one sample to a message of version 1. Messages that stand one behind the other are one.
    public static func append(_ labelFields: [UInt8], _ sample: Sample, to message: inout [UInt8]) {
        var fields: [UInt8] = []
        fields.reserveCapacity(24)
        appendFields(of: sample, to: &fields)
        message.append(1 << 3 | 2)
        message.appendVarint(labelFields.count + fields.count + 2)
        message.append(contentsOf: labelFields)
        append(2, fields, to: &message)
    }

    /// The message of version 2 that says the same as one of version 1.
    /// - Throws: ``RemoteWriteError`` where the bytes are no message.
    public static func secondVersion(of message: [UInt8]) throws(RemoteWriteError) -> [UInt8] {
        let request = try message.withUnsafeBytes { bytes in
            Result { () throws(RemoteWriteError) in try RemoteWriteRequest(bytes, version: .one) }
        }.get()
        var symbols: [String: Int] = ["": 0]
        var symbolFields: [UInt8] = []
        append(4, [], to: &symbolFields)
        func number(of text: String) -> Int {
            if let known = symbols[text] { return known }
            symbols[text] = symbols.count
            append(4, Array(text.utf8), to: &symbolFields)
            return symbols.count - 1
        }
        var series: [UInt8] = []
        for one in request.series {
            guard case .new(let labels, _) = one.identity else { continue }
            var refs: [UInt8] = []
            for label in labels {
                refs.appendVarint(number(of: label.name))
                refs.appendVarint(number(of: label.value))
            }
            var fields: [UInt8] = []
            append(1, refs, to: &fields)
            for sample in request.samples[one.samples] {
                var bytes: [UInt8] = []
                appendFields(of: sample, to: &bytes)
                append(2, bytes, to: &fields)
            }
            append(5, fields, to: &series)
        }
        return symbolFields + series
    }

    /// A sample is told alike in both versions: its value is field 1 and its time field 2.
    private static func appendFields(of sample: Sample, to bytes: inout [UInt8]) {
        bytes.append(1 << 3 | 1)
        bytes.appendFixed64(sample.value.bitPattern)
        bytes.append(2 << 3)
        bytes.appendVarint(UInt64(bitPattern: sample.timestamp))
    }

    /// Appends a sample to the fields of a series.
    package static func append(_ sample: Sample, to series: inout [UInt8]) {
        var fields: [UInt8] = []
        fields.reserveCapacity(24)
        appendFields(of: sample, to: &fields)
        append(2, fields, to: &series)
    }

    /// Appends a field that holds bytes.
    package static func append(_ field: UInt8, _ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(field << 3 | 2)
        bytes.appendVarint(content.count)
        bytes.append(contentsOf: content)
    }
}
