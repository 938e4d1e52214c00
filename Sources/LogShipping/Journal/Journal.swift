import Model

/// A journal that is followed, and how far it is read.
final class Journal {
    let identity: String
    var path: String
    private(set) var file: JournalFile?
    private(set) var header: JournalHeader
    /// How many entries are read, and of how many the events are stored.
    var read: Int
    var committed: Int
    /// Events that wait for their commit.
    var batch: [LogEvent] = []
    /// How often the next entry was tried in vain.
    var tries = 0
    /// Whether no further entry can be found.
    var isBroken = false
    /// Whether an entry was reached that is wanted.
    var hasBegun: Bool
    /// When it was seen to grow.
    private(set) var lastGrowth = Int64.min
    var lastBoot = ""
    var lastTime: UInt64 = 0
    /// The file's size and time when it was closed.
    private var closed: (size: Int64, modified: Int64)?

    private static let longRest: Int64 = 86_400_000

    init(_ identity: String, _ file: JournalFile, from saved: TailOffset?) {
        self.identity = identity
        self.file = file
        path = file.path
        header = file.header
        read = Int(saved?.offset ?? 0)
        committed = read
        hasBegun = read > 0
    }

    var firstTime: UInt64 { header.firstTime }
    var hasMore: Bool { file != nil && !isBroken && read < header.entryCount }
    /// Whether something read is not stored yet.
    var isWaiting: Bool { !batch.isEmpty }

    /// Whether a file that was closed has changed since, so that it is to be opened again.
    func isChanged(_ state: FileState) -> Bool {
        guard file == nil, let closed else { return false }
        return closed != (state.size, state.modified)
    }

    func reopen(_ file: JournalFile, _ path: String) {
        self.file = file
        self.path = path
        header = file.header
        closed = nil
        isBroken = false
    }

    /// Looks at how much there is now.
    func refresh(now: Int64) {
        guard let file, !hasMore || tries > 0, !isBroken else { return }
        do throws(JournalDamage) {
            try file.refresh(isWaiting: tries > 0)
            if header != file.header { lastGrowth = now }
            header = file.header
        } catch {
            // It was deleted, or another one was written over it: the next look for journals says what stands there now.
            leave()
        }
    }

    /// Gives up what is there no more.
    /// - Returns: how many entries of it were not read.
    @discardableResult
    func leave() -> Int {
        defer { read = max(read, header.entryCount) }
        file = nil
        // What stands at its place is another file.
        closed = (-1, -1)
        return max(0, header.entryCount - read)
    }

    /// Closes what is read to its end and written to no more, or not for long.
    func closeIfDone(now: Int64) {
        guard let file, !hasMore, read == committed, isBroken || !header.isOnline else { return }
        if !isBroken, !header.isArchived, let state = file.state, now - state.modified < Self.longRest { return }
        close(now: now)
    }

    /// Closes it until it changes.
    /// - Returns: whether it is closed, as nothing came meanwhile.
    @discardableResult
    func close(now: Int64) -> Bool {
        // In this order: what comes behind the look is seen as a change later.
        let state = file?.state
        refresh(now: now)
        if hasMore { return false }
        if file != nil { closed = state.map { ($0.size, $0.modified) } }
        file = nil
        return true
    }

    /// Whether it may be closed though more may come.
    var isIdle: Bool { file != nil && !hasMore && read == committed }
}
