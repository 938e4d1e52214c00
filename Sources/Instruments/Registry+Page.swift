public import Exposition
internal import Model

extension Registry {
    /// The page of all metrics in an exposition format, as `/metrics` has it.
    public func page(_ format: ExpositionFormat = .text) -> [UInt8] {
        let (own, others) = snapshot()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(own.reduce(1_000) { $0 + 200 + $1.series.count * 100 })
        for (definition, series) in own {
            ExpositionWriter.appendHeader(definition.name, definition.kind, definition.help, format, to: &bytes)
            for one in series { one.appendLines(to: &bytes) }
        }
        for family in others { ExpositionWriter.append(family, format, to: &bytes) }
        if format == .openMetrics { bytes.append(contentsOf: "# EOF\n".utf8) }
        return bytes
    }
}
