import Synchronization
import Testing

@testable import Recorders

@Suite("Looking for recorders where there is none")
struct RecorderWatchTests {
    /// A table of processes that counts how often a name is read.
    final class Table: Sendable {
        let names = Mutex<[Int32: String]>([:])
        let reads = Mutex(0)

        init(_ count: Int32) {
            names.withLock { names in for pid in 1...count { names[pid] = "sleep" } }
        }

        subscript(pid: Int32) -> String? {
            get { names.withLock { $0[pid] } }
            set { names.withLock { $0[pid] = newValue } }
        }

        var watch: RecorderWatch {
            RecorderWatch(
                pids: { self.names.withLock { Array($0.keys) } },
                name: { pid in
                    self.reads.withLock { $0 += 1 }
                    return self[pid] ?? ""
                })
        }
    }

    private static let round: Int64 = 5_000

    @Test("in an hour each process' name is read little more often than twice a minute")
    func cost() {
        let table = Table(300)
        var watch = table.watch
        for round in 0..<720 {
            let sees = watch.seesRecorder(now: Int64(round) * Self.round)
            #expect(!sees)
        }
        #expect(table.reads.withLock { $0 } <= 300 * (120 + RecorderWatch.looksAtNew))
    }

    @Test("one that starts is seen at the next look, as whatever it starts, and seen for as long as it runs")
    func starting() {
        let table = Table(10)
        var watch = table.watch
        var now: Int64 = 0
        func check(_ expected: Bool, _ what: Comment? = nil, _ place: SourceLocation = #_sourceLocation) {
            now += Self.round
            let sees = watch.seesRecorder(now: now)
            #expect(sees == expected, what, sourceLocation: place)
        }
        for _ in 0..<20 { check(false) }
        table[11] = "ffmpeg"
        for _ in 0..<20 { check(true) }
        table[11] = nil
        check(false)
        table[12] = "sh"
        check(false)
        table[12] = "ffmpeg"
        check(true, "a shell that became ffmpeg")
        table[12] = nil
        // Processes come and go, and their numbers come again.
        for pid in Int32(100)..<140 {
            table[pid] = "date"
            check(false)
            table[pid] = nil
        }
        table[100] = "ffmpeg"
        check(true)
    }

    @Test("a process that becomes ffmpeg after long, or takes another's number, is seen within half a minute")
    func late() {
        let table = Table(10)
        var watch = table.watch
        var now: Int64 = 0
        for _ in 0..<100 {
            now += Self.round
            _ = watch.seesRecorder(now: now)
        }
        table[3] = "ffmpeg"
        let began = now
        while now - began < 60_000 {
            now += Self.round
            if watch.seesRecorder(now: now) { break }
        }
        #expect(now - began <= RecorderWatch.fullInterval)
    }

    @Test("a clock that is set back or ahead puts no look off")
    func clock() {
        let table = Table(10)
        var watch = table.watch
        for now in [0, 5_000, 1_000_000_000, 5_000] as [Int64] {
            table[3] = "sleep"
            _ = watch.seesRecorder(now: now)
        }
        table[3] = "ffmpeg"
        let sees = watch.seesRecorder(now: -1_000_000)
        #expect(sees)
    }
}
