/// Tells cheaply whether a recorder may have been started: looks at the names of young processes alone, and at all of
/// them now and then, since a process can become another program at any age.
package struct RecorderWatch: Sendable {
    private let pids: @Sendable () -> [Int32]
    private let name: @Sendable (Int32) -> String
    /// By process, how often its name was read.
    private var looks: [Int32: Int] = [:]
    private var lastFullLook: Int64?

    /// How often the name of a new process is read: it may be about to become a recorder.
    static let looksAtNew = 3
    /// How long at most a process that becomes ffmpeg late goes unseen, in milliseconds.
    static let fullInterval: Int64 = 30_000

    package init() { self.init(pids: ProcessTable.pids, name: ProcessTable.name) }

    init(pids: @escaping @Sendable () -> [Int32], name: @escaping @Sendable (Int32) -> String) {
        self.pids = pids
        self.name = name
    }

    /// Whether a recorder runs, as far as is known without a look at every process.
    /// - Parameter now: milliseconds by any one clock.
    package mutating func seesRecorder(now: Int64) -> Bool {
        let isFull = lastFullLook.map { !(0..<Self.fullInterval).contains(now - $0) } ?? true
        if isFull { lastFullLook = now }
        var present: [Int32: Int] = [:]
        var sees = false
        for pid in pids() {
            var count = looks[pid] ?? 0
            if isFull || count < Self.looksAtNew {
                count += 1
                if RecorderFinder.isRecorder(name(pid)) {
                    sees = true
                    count = 0
                }
            }
            present[pid] = count
        }
        looks = present
        return sees
    }
}
