internal import Base

/// A piece of work that is over, for who makes spans of it.
package struct FinishedWork: Sendable, Hashable {
    package var name: String
    package var kind: Span.Kind
    /// Nanoseconds since the Unix epoch.
    package var start: Int64
    package var end: Int64
    package var attributes: [SpanAttribute]
    /// Why it failed, without credentials; `nil` where it did not.
    package var problem: String?

    package init(
        _ name: String, kind: Span.Kind = .internal, start: Int64, end: Int64, attributes: [SpanAttribute] = [],
        problem: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.start = start
        self.end = end
        self.attributes = attributes
        self.problem = problem
    }
}

/// Is told of work that is over. It is called wherever that was, and must not wait.
package typealias WorkWitness = @Sendable (FinishedWork) -> Void

/// Work within a request, told to whoever watches that request.
///
/// An object, as a task's value that is a closure ends the process in what Swift 6.3's optimiser makes of it.
package final class RequestWitness: Sendable {
    /// Who watches the request of this task; `nil` where nobody does.
    @TaskLocal package static var current: RequestWitness?

    private let tell: WorkWitness

    package init(_ tell: @escaping WorkWitness) { self.tell = tell }

    /// Does work, and tells how long it took and whether it failed.
    package static func watch<Answer>(
        _ name: String, attributes: @autoclosure () -> [SpanAttribute] = [],
        _ work: () async throws -> Answer
    ) async throws -> Answer {
        guard let current else { return try await work() }
        let start = WallClock.nanoseconds()
        do {
            let answer = try await work()
            current.tell(FinishedWork(name, start: start, end: WallClock.nanoseconds(), attributes: attributes()))
            return answer
        } catch {
            current.tell(
                FinishedWork(
                    name, start: start, end: WallClock.nanoseconds(), attributes: attributes(),
                    problem: Redaction.urls(in: String("\(error)".prefix(500)))))
            throw error
        }
    }
}
