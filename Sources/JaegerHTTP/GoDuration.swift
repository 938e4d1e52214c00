/// Lengths of time as Go writes them: `1.5ms`, `1h2m`, `300us`; days and weeks too, which Jaeger's pages write.
enum GoDuration {
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000), ("w", 604_800_000_000_000),
    ]

    /// Nanoseconds; `nil` where it is none, or a negative one, or one of more than 292 years.
    static func nanoseconds(_ text: String) -> Int64? {
        if text == "0" { return 0 }
        var rest = text.utf8[...]
        var total: Int64 = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { !(48...57).contains($0) && $0 != UInt8(ascii: ".") }
            rest = rest.dropFirst(name.count)
            guard let unit = units.first(where: { $0.name.utf8.elementsEqual(name) }),
                let part = product(of: Substring(number), unit.nanoseconds)
            else { return nil }
            let (sum, isOver) = total.addingReportingOverflow(part)
            if isOver { return nil }
            total = sum
        }
        return total
    }

    private static func product(of number: Substring, _ unit: Int64) -> Int64? {
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, number.utf8.contains(where: { $0 != UInt8(ascii: ".") }) else { return nil }
        guard let whole = parts[0].isEmpty ? 0 : Int64(parts[0]) else { return nil }
        let (product, isOver) = whole.multipliedReportingOverflow(by: unit)
        if isOver { return nil }
        guard parts.count == 2, let fraction = Double("0." + parts[1] + "0") else { return product }
        let (sum, isMore) = product.addingReportingOverflow(Int64((fraction * Double(unit)).rounded()))
        return isMore ? nil : sum
    }
}
