internal import Foundation
internal import LogDocuments

extension LokiPush {
    /// Values that a request may have, names among them.
    private static let valuesMax = 2_000_000
    private static let depthMax = 8

    /// Reads `{"streams":[{"stream":{…},"values":[["NANOSECONDS","LINE",{…}],…]}]}`, and the form of Loki's first versions:
    /// `{"streams":[{"labels":"{…}","entries":[{"ts":"2026-11-28T09:30:00Z","line":"…"}]}]}`.
    /// - Throws: ``LokiError``.
    init(json bytes: UnsafeBufferPointer<UInt8>) throws(LokiError) {
        self.init()
        let value: DocumentValue
        do throws(DocumentError) {
            value = try DocumentReader.value(bytes, .init(depth: Self.depthMax, values: Self.valuesMax))
        } catch { throw LokiError("\(error)") }
        guard case .object(let request) = value, case .array(let streams)? = request["streams"] else {
            throw LokiError("it is no object with streams")
        }
        for stream in streams {
            guard case .object(let stream) = stream else { throw LokiError("a stream is no object") }
            if case .string(var labels)? = stream["labels"] {
                try begin(
                    try labels.withUTF8 { text in
                        Result { () throws(LokiError) in
                            try LokiLabels.pairs(UnsafeRawBufferPointer(text), most: Limits.labelsOfStream)
                        }
                    }.get())
                try add(entries: stream["entries"])
            } else {
                try begin(try Self.pairs(stream["stream"]))
                try add(values: stream["values"])
            }
        }
    }

    private static func pairs(_ value: DocumentValue?) throws(LokiError) -> [LokiLabels.Pair] {
        guard case .object(let object)? = value else { throw LokiError("the labels of a stream are no object") }
        var pairs: [LokiLabels.Pair] = []
        for (name, value) in object.members {
            guard case .string(let text) = value else { throw LokiError("the value of \(name.prefix(100)) is no text") }
            pairs.append((name, text))
        }
        return pairs
    }

    private mutating func add(values: DocumentValue?) throws(LokiError) {
        guard case .array(let entries)? = values else { throw LokiError("a stream has no values") }
        for entry in entries {
            guard case .array(let parts) = entry, (2...3).contains(parts.count),
                case .string(let time) = parts[0], case .string(let line) = parts[1]
            else { throw LokiError("a line is not of the form [\"NANOSECONDS\", \"LINE\"]") }
            guard let nanoseconds = Int64(time) else {
                throw LokiError("\"\(time.prefix(40))\" is no time in nanoseconds since 1970")
            }
            try add(nanoseconds, line, parts.count == 3 ? try Self.pairs(parts[2]) : [])
        }
    }

    private mutating func add(entries: DocumentValue?) throws(LokiError) {
        guard case .array(let entries)? = entries else { throw LokiError("a stream has no entries") }
        for entry in entries {
            guard case .object(let entry) = entry, case .string(let line)? = entry["line"],
                case .string(let text)? = entry["ts"] ?? entry["timestamp"]
            else { throw LokiError("an entry has no ts and line") }
            guard let time = Self.nanoseconds(text) else { throw LokiError("\"\(text.prefix(40))\" is no time") }
            try add(time, line, [])
        }
    }

    /// A time as RFC 3339 has it, or in nanoseconds.
    private static func nanoseconds(_ text: String) -> Int64? {
        if let number = Int64(text) { return number }
        let styles: [Date.ISO8601FormatStyle] = [
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .colon),
            .iso8601,
        ]
        for style in styles {
            guard let date = try? style.parse(text) else { continue }
            return Int64(exactly: (date.timeIntervalSince1970 * 1_000).rounded()).flatMap {
                let (nanoseconds, isOver) = $0.multipliedReportingOverflow(by: 1_000_000)
                return isOver ? nil : nanoseconds
            }
        }
        return nil
    }
}
