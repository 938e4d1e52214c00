internal import CPCRE2
package import Patterns
internal import Synchronization

/// How long a search may go on.
package struct MatchLimits: Sendable, Hashable {
    /// The time of one search, Logstash's `timeout_millis`; 0: as long as the steps take.
    package var timeoutMilliseconds = 30_000
    /// The steps of one search, and a few more for each byte of the text. A step is a way that is tried, or 16 bytes
    /// that are gone over; a million takes about a hundredth of a second.
    package var stepsMax = 10_000_000

    package init() {}

    package init(timeoutMilliseconds: Int) {
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    func steps(_ bytes: Int) -> UInt64 { UInt64(stepsMax) + 32 * UInt64(bytes) }
}

/// A regular expression in Ruby's dialect, as Logstash's filters and conditions have them.
///
/// PCRE2 looks for it, with machine code where the system allows that; RE2 is asked before where that is cheaper, for
/// lines that are not taken. Texts are bytes: those that are no UTF-8 are each a character of their own. `\w`, `\d`,
/// `\s` and `\h` hold characters of ASCII, `[[:alpha:]]` and `\b` know all scripts, as in Ruby. Groups that are called
/// with `\g<name>` give back what they took within the call, which Ruby keeps.
///
/// Every search ends: what would take more than ``MatchLimits`` is given up.
package final class RubyPattern: Sendable {
    /// The regular expression as it was given.
    package let text: String
    /// Names of the groups, by number from 1; where any has a name, groups without one take nothing.
    package let groupNames: [String?]
    package var groupCount: Int { groupNames.count }
    package let limits: MatchLimits
    /// Whether it begins where a text or a line does: then what does not fit is seen at once.
    package let isAnchored: Bool

    private let node: RubyNode
    private let ascii: CompiledPattern
    private let others = Mutex(Others())
    /// How often lately a text was not taken: then RE2 is asked first.
    private let misses = Atomic<Int>(0)

    /// What is compiled when it is needed first.
    private struct Others {
        var utf8: CompiledPattern?
        var guardedASCII: CompiledPattern?
        var guardedUTF8: CompiledPattern?
        var door: Pattern?
        var isDoorMade = false
    }

    /// Longer texts are searched with callouts that count the steps.
    private static let quickBytesMax = 2_048

    /// Where a pattern can begin at lines only, PCRE2 sees as soon that a text is not taken, but in these.
    private static let anchoredBytesMax = 32_768

    /// Reads and compiles `text`.
    /// - Throws: ``RubyPatternError`` with the place.
    package convenience init(_ text: String, limits: MatchLimits = MatchLimits()) throws(RubyPatternError) {
        let parsed = try RubyParser.parse(text)
        try self.init(text, parsed.node, groupNames: parsed.groupNames, limits: limits)
    }

    init(
        _ text: String, _ node: RubyNode, groupNames: [String?], limits: MatchLimits
    ) throws(RubyPatternError) {
        self.text = text
        self.node = node
        self.groupNames = groupNames
        self.limits = limits
        ascii = try CompiledPattern(PCRE2Writer.write(node, isUTF: false), of: text)
        // The others are compiled when they are needed, where nobody could be told what is wrong.
        _ = try CompiledPattern(PCRE2Writer.write(node, isUTF: true, isGuarded: true), of: text, hasMachineCode: false)
        isAnchored = node.isAnchored
    }

    /// Looks for the pattern in `bytes` from byte `start` on, where a character begins; what the groups took is in
    /// `scratch` then.
    package func match(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0, _ scratch: MatchScratch
    ) -> MatchOutcome {
        let kind = UTF8Bytes.kind(of: bytes)
        scratch.isForeign = kind == .other
        guard kind == .other else { return find(bytes, from: start, isASCII: kind == .ascii, scratch) }
        scratch.foreign.fill(bytes)
        return scratch.foreign.bytes.withUnsafeBufferPointer { own in
            find(own, from: scratch.foreign.ownOffset(of: start), isASCII: false, scratch)
        }
    }

    /// As ``match(_:from:_:)`` for a text of Swift's.
    package func match(_ text: String, _ scratch: MatchScratch) -> MatchOutcome {
        var text = text
        return text.withUTF8 { match($0, scratch) }
    }

    /// The memory of what is compiled so far, but for RE2's.
    package var compiledBytes: Int {
        others.withLock { others in
            ascii.bytes + (others.utf8?.bytes ?? 0) + (others.guardedASCII?.bytes ?? 0)
                + (others.guardedUTF8?.bytes ?? 0)
        }
    }

    // MARK: Searching in UTF-8

    func find(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isASCII: Bool, _ scratch: MatchScratch
    ) -> MatchOutcome {
        let isQuick = bytes.count <= Self.quickBytesMax
        // A text that is searched with care is worth the question; of short ones those of a kind that is not taken.
        let asks =
            isAnchored
            ? bytes.count > Self.anchoredBytesMax
            : !isQuick || misses.load(ordering: .relaxed) >= Self.missesForDoor
        if asks, start == 0, let door, !door.isFound(in: bytes) {
            note(isFound: false)
            return .none
        }
        if isQuick, let code = isASCII ? ascii : utf8 {
            let steps = UInt32(2_000_000 / max(100, bytes.count))
            let found = wp_pcre2_match(code.handle, scratch.handle, bytes.baseAddress, bytes.count, start, steps)
            if found != WP_PCRE2_LIMIT {
                if !isAnchored { note(isFound: found == WP_PCRE2_FOUND) }
                return found == WP_PCRE2_FOUND ? .found : .none
            }
        }
        guard let code = guarded(isASCII: isASCII) else { return .limitReached }
        let found = wp_pcre2_match_guarded(
            code.handle, scratch.handle, bytes.baseAddress, bytes.count, start, limits.steps(bytes.count),
            UInt64(max(0, limits.timeoutMilliseconds)))
        switch found {
        case WP_PCRE2_FOUND: return .found
        case WP_PCRE2_NONE: return .none
        default: return .limitReached
        }
    }

    private static let missesForDoor = 8
    private static let missesMax = 16

    /// One text that is taken outweighs two that are not: then the question costs more than it saves.
    private func note(isFound: Bool) {
        let count = misses.load(ordering: .relaxed)
        // Threads may overwrite each other's counts, which only steers what is quicker.
        if isFound {
            if count > 0 { misses.store(max(0, count - 2), ordering: .relaxed) }
        } else if count < Self.missesMax {
            misses.store(count + 1, ordering: .relaxed)
        }
    }

    // MARK: What is compiled later

    private func compiled(_ part: WritableKeyPath<Others, CompiledPattern?>, isUTF: Bool, isGuarded: Bool)
        -> CompiledPattern?
    {
        others.withLock { others in
            if let made = others[keyPath: part] { return made }
            let made = try? CompiledPattern(PCRE2Writer.write(node, isUTF: isUTF, isGuarded: isGuarded), of: text)
            others[keyPath: part] = made
            return made
        }
    }

    private var utf8: CompiledPattern? { compiled(\.utf8, isUTF: true, isGuarded: false) }

    private func guarded(isASCII: Bool) -> CompiledPattern? {
        isASCII
            ? compiled(\.guardedASCII, isUTF: false, isGuarded: true)
            : compiled(\.guardedUTF8, isUTF: true, isGuarded: true)
    }

    /// The pattern as RE2 has it, which knows neither what stands around a match nor atomic groups: it takes all that this
    /// one takes, and where those are used perhaps more. `nil` where RE2 has nothing like it.
    package var approximation: Pattern? { door }

    /// What RE2 is asked, where there is such a pattern; it accepts all that this accepts in UTF-8.
    var door: Pattern? {
        others.withLock { others in
            if !others.isDoorMade {
                others.isDoorMade = true
                others.door = DoorWriter.write(node).flatMap { try? Pattern($0) }
            }
            return others.door
        }
    }
}

extension RubyNode {
    /// Whether it begins where a text or a line does: PCRE2 is as quick as RE2 to see that it does not.
    var isAnchored: Bool {
        switch self {
        case .anchor(.textStart), .anchor(.lineStart): true
        case .sequence(let nodes): nodes.first?.isAnchored ?? false
        case .choice(let branches): branches.allSatisfy(\.isAnchored)
        case .capture(let node, _), .atomic(let node), .folding(let node, _): node.isAnchored
        default: false
        }
    }
}
