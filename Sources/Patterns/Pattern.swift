internal import CRE2

/// A compiled regular expression with the syntax and the linear-time guarantee of RE2,
/// the engine that Prometheus' and Beats' patterns are written for.
public final class Pattern: Sendable, CustomStringConvertible {
    /// The pattern's text, as it was given.
    public let text: String
    /// How many capturing groups the pattern has.
    public let groupCount: Int
    /// Names of the groups, by index from 1; `nil` where a group has none.
    public let groupNames: [String?]

    // RE2 objects are immutable after compilation and matching takes them as const, so sharing the pointer is safe.
    private nonisolated(unsafe) let handle: OpaquePointer

    /// Compiles `text`.
    /// - Throws: ``PatternError`` with RE2's own reason.
    public init(_ text: String, caseSensitive: Bool = true, dotMatchesNewline: Bool = false) throws(PatternError) {
        var copy = text
        let compiled = copy.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                wp_re2_compile($0.baseAddress, $0.count, caseSensitive, dotMatchesNewline)
            }
        }
        guard let compiled else { throw PatternError(pattern: text, reason: "out of memory") }
        if let error = wp_re2_error(compiled) {
            let reason = String(cString: error)
            wp_re2_free(compiled)
            throw PatternError(pattern: text, reason: reason)
        }
        handle = compiled
        self.text = text
        let count = Int(wp_re2_group_count(compiled))
        groupCount = count
        groupNames = (0..<count).map { index in
            wp_re2_group_name(compiled, Int32(index + 1)).map { String(cString: $0) }
        }
    }

    deinit { wp_re2_free(handle) }

    public var description: String { text }

    /// Whether the whole of `input` matches.
    public func matchesWhole(_ input: String) -> Bool {
        var copy = input
        return copy.withUTF8 { match($0, from: 0, whole: true, groups: 0) != nil }
    }

    /// Whether the pattern is found anywhere in `input`.
    public func isFound(in input: String) -> Bool {
        var copy = input
        return copy.withUTF8 { match($0, from: 0, whole: false, groups: 0) != nil }
    }

    /// Whether the pattern is found anywhere in `bytes`.
    public func isFound(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        match(bytes, from: 0, whole: false, groups: 0) != nil
    }

    /// Texts of the whole match (index 0) and of every group, `nil` where a group took no part;
    /// `nil` when `input` does not match.
    /// - Parameter whole: whether all of `input` must match.
    public func captures(in input: String, whole: Bool = false) -> [String?]? {
        var copy = input
        return copy.withUTF8 { bytes in
            match(bytes, from: 0, whole: whole, groups: groupCount + 1)?.map { range in
                range.map { String(decoding: bytes[$0], as: UTF8.self) }
            }
        }
    }

    /// Byte ranges of the first match at or after byte `start` (index 0) and of every group.
    public func ranges(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0, whole: Bool = false
    ) -> [Range<Int>?]? {
        match(bytes, from: start, whole: whole, groups: groupCount + 1)
    }

    /// Where the first match at or after byte `start` begins.
    public func start(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        match(bytes, from: start, whole: false, groups: 1)?[0]?.lowerBound
    }

    private func match(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, whole: Bool, groups: Int
    ) -> [Range<Int>?]? {
        // RE2 takes a null pointer for "no text", and tells a group of no bytes from an absent one by its pointer.
        guard let base = UnsafeRawPointer(bytes.baseAddress) else {
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { empty in
                match(UnsafeBufferPointer(start: empty.baseAddress, count: 0), from: 0, whole: whole, groups: groups)
            }
        }
        let text = base.assumingMemoryBound(to: CChar.self)
        return withUnsafeTemporaryAllocation(of: Int64.self, capacity: max(1, groups * 2)) { offsets in
            guard wp_re2_match(handle, text, bytes.count, start, whole, offsets.baseAddress, Int32(groups)) else {
                return nil
            }
            return (0..<groups).map { group in
                let lower = Int(offsets[2 * group])
                return lower < 0 ? nil : lower..<Int(offsets[2 * group + 1])
            }
        }
    }
}

/// A pattern that RE2 does not accept.
public struct PatternError: Error, CustomStringConvertible, Sendable {
    public let pattern: String
    public let reason: String

    public var description: String { "cannot compile pattern \"\(pattern)\": \(reason)" }
}
