/// A body that is no push request of Loki, or holds more than is taken.
struct LokiError: Error, Sendable, CustomStringConvertible {
    let description: String

    init(_ cause: String) { description = "cannot read the push request: \(cause)" }
}
