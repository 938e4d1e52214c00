/// Numbers as Ruby reads them from texts: as far as they go.
enum RubyNumbers {
    /// `to_i`: the number with which the text begins; 0 for none.
    static func integer(_ text: some StringProtocol) -> Int64 {
        var value: Int64 = 0
        var isNegative = false
        var hasBegun = false
        var wasUnderscore = true
        for byte in text.utf8 {
            switch byte {
            case 9...13, 32: if hasBegun { return isNegative ? -value : value }
            case UInt8(ascii: "+"), UInt8(ascii: "-"):
                if hasBegun { return isNegative ? -value : value }
                (hasBegun, isNegative) = (true, byte == UInt8(ascii: "-"))
            case 48...57:
                hasBegun = true
                wasUnderscore = false
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, more) = product.addingReportingOverflow(Int64(byte - 48))
                if overflow || more { return isNegative ? .min : .max }
                value = sum
            case UInt8(ascii: "_"):
                if !hasBegun || wasUnderscore { return isNegative ? -value : value }
                wasUnderscore = true
            default: return isNegative ? -value : value
            }
        }
        return isNegative ? -value : value
    }

    /// `to_f`: the number with which the text begins; 0 for none.
    static func real(_ text: some StringProtocol) -> Double {
        var number = ""
        var hasPoint = false
        var hasExponent = false
        var hasDigit = false
        for byte in text.utf8 {
            switch byte {
            case 9...13, 32: if number.isEmpty { continue } else { return value(number) }
            case 48...57: hasDigit = true
            case UInt8(ascii: "+"), UInt8(ascii: "-"):
                guard number.isEmpty || number.last == "e" else { return value(number) }
            case UInt8(ascii: "."):
                if hasPoint || hasExponent || !hasDigit { return value(number) }
                hasPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                if hasExponent || !hasDigit { return value(number) }
                hasExponent = true
                number.append("e")
                continue
            case UInt8(ascii: "_"): continue
            default: return value(number)
            }
            number.append(Character(Unicode.Scalar(byte)))
        }
        return value(number)
    }

    private static func value(_ number: String) -> Double {
        var number = number
        while let last = number.last, !last.isNumber { number.removeLast() }
        let value = Double(number) ?? 0
        return value.isFinite ? value : 0
    }
}
