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
    var lastBoot = ""
    var lastTime: UInt64 = 0
    /// The file's size and time when it was closed.
    private var closed: (size: Int64, modified: Int64)?

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
    func refresh() {
        guard let file, !hasMore || tries > 0, !isBroken else { return }
        do throws(JournalDamage) {
            try file.refresh(isWaiting: tries > 0)
            header = file.header
        } catch {
            // Nothing more comes of it: the next look for journals says what stands there now.
            if file.isGone { leave() } else { isBroken = true }
        }
    }

    /// Gives up what was deleted.
    /// - Returns: how many entries of it were not read.
    @discardableResult
    func leave() -> Int {
        defer { read = max(read, header.entryCount) }
        file = nil
        // What stands at its place is another file.
        closed = (-1, -1)
        return max(0, header.entryCount - read)
    }

    /// Closes what is read to its end and written to no more.
    func closeIfDone() {
        guard let file, !hasMore, read == committed, isBroken || !header.isOnline else { return }
        closed = file.state.map { ($0.size, $0.modified) }
        self.file = nil
    }
}
