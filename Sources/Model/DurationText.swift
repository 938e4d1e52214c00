/// Durations as Prometheus writes them: `1h30m`, `15s`, `500ms`; units `y w d h m s ms`, largest first, each once.
public enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
        ("ms", 1),
    ]

    /// Milliseconds of `text`, or `nil` if it is not a duration. `0` needs no unit.
    public static func milliseconds(_ text: some StringProtocol) -> Int64? {
        if text == "0" { return 0 }
        var rest = String(text).utf8[...]
        var total: Int64 = 0
        var nextUnit = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { (48...57).contains($0) }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { !(48...57).contains($0) }
            rest = rest.dropFirst(letters.count)
            guard let number = Int64(String(Substring(digits))),
                let unit = units.firstIndex(where: { $0.name.utf8.elementsEqual(letters) }), unit >= nextUnit
            else { return nil }
            nextUnit = unit + 1
            let (product, productOverflow) = number.multipliedReportingOverflow(by: units[unit].milliseconds)
            let (sum, sumOverflow) = total.addingReportingOverflow(product)
            guard !productOverflow, !sumOverflow else { return nil }
            total = sum
        }
        return total
    }

    /// `milliseconds` in the shortest exact form: `90000` is `1m30s`. Years and weeks stand only for whole ones.
    public static func text(milliseconds: Int64) -> String {
        if milliseconds == 0 { return "0s" }
        var rest = milliseconds.magnitude
        var text = milliseconds < 0 ? "-" : ""
        for unit in units {
            let size = UInt64(unit.milliseconds)
            let onlyWhole = unit.name == "y" || unit.name == "w"
            if rest < size || (onlyWhole && rest % size != 0) { continue }
            text += "\(rest / size)\(unit.name)"
            rest %= size
        }
        return text
    }
}
