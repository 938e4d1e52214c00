internal import Base
public import Exposition
internal import Model

extension Registry {
    /// The page of all metrics in an exposition format, as `/metrics` has it.
    public func page(_ format: ExpositionFormat = .text) -> [UInt8] {
        let (own, others) = snapshot()
        let headers = own.map { definition, _ in
            var bytes: [UInt8] = []
            ExpositionWriter.appendHeader(definition.name, definition.kind, definition.help, format, to: &bytes)
            return bytes
        }
        var rest: [UInt8] = []
        for family in others { ExpositionWriter.append(family, format, to: &rest) }
        if format == .openMetrics { rest.append(contentsOf: "# EOF\n".utf8) }
        let capacity = zip(own, headers).reduce(rest.count) { sum, family in
            family.0.series.reduce(sum + family.1.count) { $0 + $1.lineBytesMax }
        }
        return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            func append(_ bytes: [UInt8]) {
                bytes.withUnsafeBufferPointer { source in
                    guard let start = source.baseAddress else { return }
                    (base + count).initialize(from: start, count: source.count)
                }
                count += bytes.count
            }
            for ((_, series), header) in zip(own, headers) {
                append(header)
                for one in series { count += one.writeLines(to: base + count) }
            }
            append(rest)
        }
    }
}
