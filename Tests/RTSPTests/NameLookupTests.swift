import Foundation
import Synchronization
import TestSupport
import Testing

@testable import RTSP

@Suite("Names of cameras", .timeLimit(.minutes(5)))
struct NameLookupTests {
    @Test("are looked up once a host, for each port, and not for those who have given up")
    func once() async throws {
        let gate = DispatchSemaphore(value: 0)
        let asked = Mutex<[String]>([])
        let lookup = NameLookup(wake: {}) { host in
            asked.withLock { $0.append(host) }
            gate.wait()
            return host == "nowhere"
                ? ([], "none") : ([SocketAddress(family: 2, bytes: [2, 0, 0, 0, 192, 0, 2, 1])], nil)
        }
        // Four threads wait for four hosts; what comes behind waits for them.
        for (index, host) in ["nvr", "b", "c", "nowhere"].enumerated() {
            lookup.ask(ticket: UInt64(index + 1), host: host, port: 554)
        }
        _ = try await eventually("four lookups") { asked.withLock { $0.count } == 4 ? true : nil }
        for ticket in 10..<40 { lookup.ask(ticket: UInt64(ticket), host: "nvr", port: UInt16(8_000 + ticket)) }
        lookup.ask(ticket: 50, host: "late", port: 554)
        lookup.ask(ticket: 51, host: "later", port: 554)
        lookup.ask(ticket: 52, host: "later", port: 554)
        lookup.forget(ticket: 50, host: "late")
        lookup.forget(ticket: 51, host: "later")
        lookup.forget(ticket: 10, host: "nvr")
        lookup.forget(ticket: 7, host: "unknown")
        for _ in 0..<8 { gate.signal() }
        var answers: [UInt64: NameLookup.Answer] = [:]
        _ = try await eventually("34 answers") {
            for answer in lookup.takeAnswers() { answers[answer.ticket] = answer }
            return answers.count == 34 ? true : nil
        }
        #expect(asked.withLock { $0.sorted() } == ["b", "c", "later", "nowhere", "nvr"])
        #expect(answers[1]?.addresses == [SocketAddress(family: 2, bytes: [2, 0, 2, 42, 192, 0, 2, 1])])
        #expect(answers[39]?.addresses == [SocketAddress(family: 2, bytes: [2, 0, 31, 103, 192, 0, 2, 1])])
        #expect(answers[4]?.problem == "none" && answers[10] == nil && answers[50] == nil && answers[52] != nil)
        // A host is asked for anew once its answer was given.
        lookup.ask(ticket: 60, host: "nvr", port: 1)
        gate.signal()
        _ = try await eventually("another answer") { lookup.takeAnswers().first?.ticket == 60 ? true : nil }
    }
}
