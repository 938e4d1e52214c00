import Base
import SiteView
import Testing

@testable import Server

@Suite("A search of logs")
struct SearchDeadlineTests {
    @Test("is ended at the deadline with a word to the reader, and gives its answer before")
    func deadline() async throws {
        #expect(try await ServerView.withinDeadline(.seconds(30)) { 7 } == 7)
        let refusal = await #expect(throws: LogSearchRefused.self) {
            try await ServerView.withinDeadline(.milliseconds(20)) { () -> Int in
                while !Work.isOver {}
                throw CancellationError()
            }
        }
        #expect(refusal?.isBusy == true)
    }
}
