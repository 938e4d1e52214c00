/// A condition that did not come about in time.
public struct NeverCame: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}

/// Asks `condition` again and again until it gives a value.
/// - Throws: ``NeverCame`` with `what` once `limit` has passed.
public func eventually<Value>(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(30), every pause: Duration = .milliseconds(50),
    _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await condition() { return value }
        guard ContinuousClock.now < deadline else {
            throw NeverCame(description: "waited \(limit) in vain for \(what())")
        }
        try await Task.sleep(for: pause)
    }
}
