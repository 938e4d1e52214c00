package import NIOCore

/// How long a caller waits, as the header `grpc-timeout` says it: up to eight digits and a unit.
package enum GRPCTimeout {
    /// - Returns: `nil` for what is no such text.
    package static func amount(_ text: String) -> TimeAmount? {
        let digits = text.dropLast()
        guard let unit = text.last, (1...8).contains(digits.count), digits.allSatisfy({ ("0"..."9").contains($0) }),
            let value = Int64(digits)
        else { return nil }
        return switch unit {
        case "H": .hours(value)
        case "M": .minutes(value)
        case "S": .seconds(value)
        case "m": .milliseconds(value)
        case "u": .microseconds(value)
        case "n": .nanoseconds(value)
        default: nil
        }
    }
}
