/// What a client takes of an answer's coding: the header `Accept-Encoding` (RFC 9110, section 12.5.3).
package struct AcceptedCodings: Sendable {
    /// Whether gzip is taken, and at least as gladly as the answer as it is.
    package let prefersGzip: Bool

    /// - Parameter header: `nil` where the client sent none: it gets answers as they are.
    package init(_ header: String?) {
        var (gzip, any, identity): (Double?, Double?, Double?) = (nil, nil, nil)
        // Nobody needs more, and it is split at each comma.
        for item in (header ?? "").prefix(1_000).split(separator: ",") {
            let parts = item.split(separator: ";", omittingEmptySubsequences: false)
            let weight = Self.weight(parts.dropFirst())
            switch Self.trimmed(parts.first ?? "").lowercased() {
            case "gzip", "x-gzip": gzip = max(gzip ?? 0, weight)
            case "identity": identity = weight
            case "*": any = weight
            default: break
            }
        }
        let wanted = gzip ?? any ?? 0
        prefersGzip = wanted > 0 && wanted >= identity ?? 0
    }

    /// From 0 to 1; what is no weight counts as a refusal.
    private static func weight(_ parameters: ArraySlice<Substring>) -> Double {
        for parameter in parameters {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, trimmed(pair[0]).lowercased() == "q" else { continue }
            let weight = Double(trimmed(pair[1])) ?? 0
            return weight.isFinite ? min(max(weight, 0), 1) : 0
        }
        return 1
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
