/// One round of a store's upkeep: each step is tried, whatever became of those before.
public struct UpkeepRound {
    private let seen: (any Error) -> StoreError
    private var failures: [StoreError] = []

    /// - Parameter seen: how the store's callers see a failure.
    public init(_ seen: @escaping (any Error) -> StoreError) { self.seen = seen }

    public mutating func attempt(_ step: () throws -> Void) {
        do { try step() } catch { failures.append(seen(error)) }
    }

    /// Ends the round.
    /// - Parameter note: takes what failed, in words.
    /// - Throws: the first failure.
    public func end(_ note: ([String]) -> Void) throws(StoreError) {
        note(failures.map(\.description))
        if let failure = failures.first { throw failure }
    }
}
