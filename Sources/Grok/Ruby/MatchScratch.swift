internal import CPCRE2

/// What comes of a search.
package enum MatchOutcome: Sendable, Hashable {
    case none
    case found
    /// It was given up: it took more steps, time or memory than are allowed.
    case limitReached
}

/// Memory that matches need, used again and again by one thread: make one a worker, not one a match.
package final class MatchScratch {
    /// Without memory for it every search reaches its limit.
    let handle: OpaquePointer?
    /// A text that is no UTF-8, as one that is.
    var foreign = ForeignText()
    /// Whether the last match was in ``foreign``.
    var isForeign = false

    package init() {
        handle = wp_pcre2_scratch_make()
    }

    deinit { wp_pcre2_scratch_free(handle) }

    /// What a group took in the last match that was found, in bytes of the text; 0 is the whole match.
    ///
    /// Valid until the next match, for groups that the pattern has.
    package func range(of group: Int) -> Range<Int>? {
        guard let range = ownRange(of: group) else { return nil }
        return isForeign ? foreign.offset(of: range.lowerBound)..<foreign.offset(of: range.upperBound) : range
    }

    /// As ``range(of:)``, in bytes of the text that was searched.
    func ownRange(of group: Int) -> Range<Int>? {
        guard let all = wp_pcre2_ranges(handle) else { return nil }
        let lower = all[2 * group]
        return lower < 0 ? nil : lower..<max(lower, all[2 * group + 1])
    }
}
