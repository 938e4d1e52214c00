/// What `gsub` puts in for what a pattern takes: text in which `\0` to `\9` and `\k<name>` stand for groups, `\&` for
/// all that was taken, `` \` `` and `\'` for what stands before and after it, and two backslashes for one.
package struct RubyReplacement: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case text([UInt8])
        case group(Int)
        /// Groups of one name: the last that took part counts.
        case groups([Int])
        case before, after
    }

    private(set) var parts: [Part] = []

    /// - Parameter pattern: whose groups are referred to by name; a name that none has stands for nothing.
    package init(_ text: String, for pattern: RubyPattern) {
        var literal: [UInt8] = []
        var rest = Array(text.utf8)[...]
        func close(_ part: Part) {
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = []
            parts.append(part)
        }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                literal.append(byte)
                continue
            }
            rest.removeFirst()
            switch next {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): close(.group(Int(next) - 48))
            case UInt8(ascii: "&"): close(.group(0))
            case UInt8(ascii: "`"): close(.before)
            case UInt8(ascii: "'"): close(.after)
            case UInt8(ascii: "\\"): literal.append(byte)
            case UInt8(ascii: "k"):
                guard rest.first == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ">")) else {
                    literal += [byte, next]
                    continue
                }
                let name = String(decoding: rest[rest.startIndex + 1..<end], as: UTF8.self)
                rest = rest[(end + 1)...]
                if let number = Int(name) {
                    close(.group(max(0, number)))
                } else {
                    close(
                        .groups(
                            pattern.groupNames.indices.filter { pattern.groupNames[$0] == name }.map { $0 + 1 }
                                .reversed()))
                }
            default: literal += [byte, next]
            }
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
    }
}

/// What comes of replacing.
package enum ReplacementOutcome: Sendable, Hashable {
    case unchanged
    case replaced([UInt8])
    /// A search took more than is allowed, or the text became too large: nothing is replaced.
    case limitReached
}

extension RubyPattern {
    /// Replaces all that the pattern takes in `bytes`, as Ruby's `gsub`: one after another, none within another; what
    /// takes nothing is replaced between characters.
    /// - Parameter bytesMax: how long the text may become.
    package func replacingAll(
        in bytes: UnsafeBufferPointer<UInt8>, with replacement: RubyReplacement, _ scratch: MatchScratch,
        bytesMax: Int = 16 << 20
    ) -> ReplacementOutcome {
        let kind = UTF8Bytes.kind(of: bytes)
        scratch.isForeign = kind == .other
        guard kind == .other else {
            return replacingAll(in: bytes, bytes, isASCII: kind == .ascii, replacement, scratch, bytesMax)
        }
        scratch.foreign.fill(bytes)
        return scratch.foreign.bytes.withUnsafeBufferPointer { own in
            replacingAll(in: own, bytes, isASCII: false, replacement, scratch, bytesMax)
        }
    }

    /// - Parameters:
    ///   - own: the text in UTF-8, in which the search goes on.
    ///   - bytes: the text that was given.
    private func replacingAll(
        in own: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool,
        _ replacement: RubyReplacement, _ scratch: MatchScratch, _ bytesMax: Int
    ) -> ReplacementOutcome {
        func offset(_ own: Int) -> Int { scratch.isForeign ? scratch.foreign.offset(of: own) : own }
        var result: [UInt8] = []
        var copied = 0
        var start = 0
        var deadline = SearchDeadline(limits)
        var isReplaced = false
        search: while start <= own.count {
            switch find(own, from: start, isASCII: isASCII, scratch) {
            case .none: break search
            case .limitReached: return .limitReached
            case .found: break
            }
            guard let taken = scratch.ownRange(of: 0), let range = scratch.range(of: 0) else { break }
            isReplaced = true
            result.append(contentsOf: bytes[copied..<max(copied, range.lowerBound)])
            append(replacement, to: &result, range, bytes, scratch)
            copied = max(copied, range.upperBound)
            start = taken.upperBound
            if taken.isEmpty {
                // On past a character, which stays.
                start += start < own.count ? max(1, UTF8Bytes.characterLength(own, start)) : 1
                let end = start <= own.count ? offset(start) : bytes.count
                result.append(contentsOf: bytes[min(copied, end)..<end])
                copied = max(copied, end)
            }
            if result.count > bytesMax || deadline.isOver() { return .limitReached }
        }
        guard isReplaced else { return .unchanged }
        result.append(contentsOf: bytes[copied...])
        return result.count > bytesMax ? .limitReached : .replaced(result)
    }

    private func append(
        _ replacement: RubyReplacement, to result: inout [UInt8], _ whole: Range<Int>,
        _ bytes: UnsafeBufferPointer<UInt8>, _ scratch: MatchScratch
    ) {
        for part in replacement.parts {
            switch part {
            case .text(let text): result += text
            case .group(let number):
                if number <= groupCount, let range = scratch.range(of: number) {
                    result.append(contentsOf: bytes[range])
                }
            case .groups(let numbers):
                if let range = numbers.lazy.compactMap({ scratch.range(of: $0) }).first {
                    result.append(contentsOf: bytes[range])
                }
            case .before: result.append(contentsOf: bytes[..<whole.lowerBound])
            case .after: result.append(contentsOf: bytes[whole.upperBound...])
            }
        }
    }
}

/// The time that searches of one text have together.
struct SearchDeadline {
    private let end: ContinuousClock.Instant?
    private var searches = 0

    init(_ limits: MatchLimits) {
        end = limits.timeoutMilliseconds > 0 ? .now + .milliseconds(limits.timeoutMilliseconds) : nil
    }

    mutating func isOver() -> Bool {
        searches += 1
        guard let end, searches % 64 == 0 else { return false }
        return .now >= end
    }
}
