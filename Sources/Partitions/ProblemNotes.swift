/// What went wrong with a store's files since it was opened: the last hundred, and none twice in a row.
public struct ProblemNotes: Sendable {
    private static let notesMax = 100

    public private(set) var all: [String] = []

    public init() {}

    public mutating func note(_ problem: String) {
        if all.last == problem { return }
        if all.count >= Self.notesMax { all.removeFirst() }
        all.append(problem)
    }
}
