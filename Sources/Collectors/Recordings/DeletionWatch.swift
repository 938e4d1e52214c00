internal import Glibc

/// Notices footage that is deleted from the old end of a folder, and how old it was: by a recorder's own time, by its quota,
/// or by somebody.
///
/// One file of the middle is no sign of how long footage is kept, and where nothing is left of what was there the disk is
/// not mounted, or the folder has another place.
struct DeletionWatch {
    /// Footage by what it is of: from when to when, milliseconds since the Unix epoch. A file has its time alone.
    struct Span {
        /// Below the folder.
        var path: String
        var first: Int64
        var last: Int64
    }

    /// How old footage was when it was deleted, and when that was.
    struct Deletion: Codable, Equatable, Sendable {
        /// Milliseconds since the Unix epoch.
        var time: Int64
        /// Seconds since the youngest of it was recorded.
        var age: Double
        /// How often that has come, none a day after the one before.
        var times = 1
        /// When it came for the first time of these; `nil` where this is the first.
        var first: Int64?
    }

    private let folder: String
    private var device: UInt64?
    private var spans: [Span] = []
    /// The oldest that is of no wrong clock.
    private var oldest: Int64?
    /// What was noticed, until it is sure that it lies nowhere else below the folder.
    private var noticed: (deletion: Deletion, key: Int64)?
    private(set) var last: Deletion?

    /// Milliseconds in which footage that was moved below the folder is found in its new place.
    private static let patience: Int64 = 65_000
    /// Before the year 2000 a clock was wrong.
    private static let earliest: Int64 = 946_684_800_000
    /// So far may footage be ahead of the clock here.
    private static let farAhead: Int64 = 600_000
    /// So many of those that are missed are looked for.
    private static let looksMax = 16
    /// After so many milliseconds without a deletion nothing is known of how long footage is kept.
    static let memorySpan: Int64 = 86_400_000

    init(folder: String, last: Deletion?) {
        self.folder = folder
        self.last = last
    }

    /// Takes what lies in the folder now.
    /// - Parameters:
    ///   - spans: all of it, but for what is of the future.
    ///   - isPresent: whether a path is among it.
    ///   - device: the filesystem.
    mutating func look(_ spans: [Span], device: UInt64?, now: Int64, isPresent: (String) -> Bool) {
        let oldest = spans.lazy.map(\.first).filter { $0 >= Self.earliest }.min()
        defer { (self.spans, self.device, self.oldest) = (spans, device, oldest) }
        if let last, now - last.time > Self.memorySpan { self.last = nil }
        guard let oldest, device == self.device, self.spans.contains(where: { isPresent($0.path) }) else {
            noticed = nil
            return
        }
        confirm(oldest, now)
        guard oldest > self.oldest ?? .max else { return }
        let missed = self.spans.filter { $0.last < oldest && $0.first >= Self.earliest && !isPresent($0.path) }
        let isClockBehind = spans.contains { $0.last > now + Self.farAhead }
        guard !missed.isEmpty, !isClockBehind, let youngest = gone(missed) else { return }
        let age = Double(now - youngest) / 1_000
        guard age >= 0 else { return }
        if let before = noticed {
            // Of several the youngest counts, since the first was noticed.
            noticed = (
                Deletion(time: before.deletion.time, age: min(before.deletion.age, age)), max(before.key, youngest)
            )
        } else {
            noticed = (Deletion(time: now, age: age), youngest)
        }
    }

    /// Takes what was noticed for true once the old end stays where it is.
    private mutating func confirm(_ oldest: Int64, _ now: Int64) {
        guard let noticed else { return }
        if oldest <= noticed.key || now < noticed.deletion.time {
            self.noticed = nil
        } else if now - noticed.deletion.time >= Self.patience {
            let before = last
            last = noticed.deletion
            last?.times = (before?.times ?? 0) + 1
            last?.first = before?.first ?? before?.time
            self.noticed = nil
        }
    }

    /// The time of the youngest that is no longer there; `nil` where all are, but are left out.
    private func gone(_ missed: [Span]) -> Int64? {
        let sorted = missed.sorted { $0.last > $1.last }
        for span in sorted.prefix(Self.looksMax) {
            var facts = stat()
            // A folder of which a part is left tells from then on of each of its files.
            if lstat(folder + "/" + span.path, &facts) != 0, errno == ENOENT { return span.last }
        }
        return nil
    }
}
