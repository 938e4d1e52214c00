/// A condition that did not come about in time.
public struct NeverCame: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}

/// Asks `condition` again and again until it gives a value.
///
/// On a machine so busy that the test itself hardly runs, what it waits for hardly runs either: so besides the time a
/// number of looks must have been in vain.
/// - Throws: ``NeverCame`` with `what` once `limit` has passed.
public func eventually<Value>(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(30), every pause: Duration = .milliseconds(50),
    _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    let looksMin = min(100, Int(limit / pause) / 4)
    var looks = 0
    while true {
        if let value = try await condition() { return value }
        looks += 1
        guard ContinuousClock.now < deadline || looks < looksMin else {
            throw NeverCame(description: "waited \(limit) in vain for \(what())")
        }
        try await Task.sleep(for: pause)
    }
}
