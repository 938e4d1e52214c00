import Patterns

/// Finds keys and the values behind them.
struct KeyValueScanner: Sendable {
    /// What stands between.
    private enum Split: Sendable {
        case set(CharacterSetText)
        case pattern(Pattern)
    }

    private let field: Split
    private let value: Split
    private let isLenient: Bool
    private let hasBrackets: Bool
    private let hasPattern: Bool

    init(_ options: KeyValueText.Options) throws(KeyValueError) {
        field = try Self.split("field_split", options.fieldSplit, options.fieldSplitPattern)
        value = try Self.split("value_split", options.valueSplit, options.valueSplitPattern)
        isLenient = options.isLenient
        hasBrackets = options.includeBrackets
        hasPattern = options.fieldSplitPattern != nil || options.valueSplitPattern != nil
    }

    private static func split(
        _ option: String, _ characters: String, _ pattern: String?
    ) throws(KeyValueError) -> Split {
        let option = pattern == nil ? option : option + "_pattern"
        let text = pattern ?? characters
        guard !text.isEmpty else { throw KeyValueError(option: option, reason: "it is empty") }
        if pattern == nil, let set = CharacterSetText(characters) { return .set(set) }
        do {
            return .pattern(try Pattern(pattern ?? "[\(characters)]"))
        } catch {
            throw KeyValueError(option: option, reason: error.reason)
        }
    }

    func pairs(in text: String) -> [(key: String, value: String)] {
        var copy = text
        return copy.withUTF8 { bytes in
            var scan = Scan(scanner: self, bytes: bytes)
            var pairs: [(String, String)] = []
            var position = 0
            while position < bytes.count { position = scan.pair(at: position, &pairs) }
            return pairs
        }
    }

    /// The next place of something, which is looked for again only behind it.
    private struct Memo {
        var from = 1
        var found = 0

        mutating func next(_ position: Int, _ search: () -> Int) -> Int {
            if position < from || position > found {
                from = position
                found = search()
            }
            return found
        }
    }

    private struct Scan {
        let scanner: KeyValueScanner
        let bytes: UnsafeBufferPointer<UInt8>
        private var nextField = Memo()
        private var nextValue = Memo()
        /// By the character that closes.
        private var nextClose: [UInt8: Memo] = [:]
        /// How many bytes were gone through for quotes that turned out to be none; there is a bound to that.
        private var wasted = 0

        init(scanner: KeyValueScanner, bytes: UnsafeBufferPointer<UInt8>) {
            self.scanner = scanner
            self.bytes = bytes
        }

        /// Reads the pair whose key begins at a place, if one does.
        /// - Returns: where the next may begin.
        mutating func pair(at start: Int, _ pairs: inout [(String, String)]) -> Int {
            var end = keyEnd(start)
            guard end > start else { return start + 1 }
            var split = valueSplitEnd(end)
            if split == nil, let escaped = lastEscaped(start..<end) {
                end = escaped
                split = valueSplitEnd(escaped)
            }
            guard let position = split else { return end }
            let key = text(start..<end)
            if let quoted = quoted(position) {
                if let after = fieldEnd(quoted.upperBound + 1) {
                    pairs.append((key, text(quoted)))
                    return after
                }
                wasted += quoted.count
            }
            let bare = runEnd(position) { $0.next(\.nextField, $0.scanner.field, $1) }
            pairs.append((key, text(position..<bare)))
            return fieldEnd(bare) ?? bare
        }

        private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

        /// Where a split that begins at a place ends.
        private mutating func end(of split: Split, _ memo: WritableKeyPath<Scan, Memo>, _ position: Int) -> Int? {
            guard position < bytes.count else { return nil }
            switch split {
            case .set(let set): return set.contains(bytes[position]) ? position + 1 : nil
            case .pattern(let pattern):
                guard next(memo, split, position) == position,
                    let range = pattern.ranges(in: bytes, from: position)?.first ?? nil, !range.isEmpty
                else { return nil }
                return range.upperBound
            }
        }

        /// The first place at or behind one, at which a split begins.
        private mutating func next(_ memo: WritableKeyPath<Scan, Memo>, _ split: Split, _ position: Int) -> Int {
            let bytes = bytes
            return self[keyPath: memo].next(position) {
                switch split {
                case .set(let set):
                    var index = position
                    while index < bytes.count, !set.contains(bytes[index]) { index += 1 }
                    return index
                case .pattern(let pattern):
                    return position < bytes.count ? pattern.start(in: bytes, from: position) ?? bytes.count : position
                }
            }
        }

        /// Where a run ends of characters that do not stop it, or stand behind a backslash.
        private mutating func runEnd(_ start: Int, until stop: (inout Scan, Int) -> Int) -> Int {
            var end = stop(&self, start)
            var position = start
            while position < end {
                if bytes[position] == 92, position + 1 < bytes.count, bytes[position + 1] != 10 {
                    position += 2
                    if position > end { end = stop(&self, position) }
                } else {
                    position += 1
                }
            }
            return min(end, bytes.count)
        }

        private mutating func keyEnd(_ start: Int) -> Int {
            let end = runEnd(start) {
                min($0.next(\.nextField, $0.scanner.field, $1), $0.next(\.nextValue, $0.scanner.value, $1))
            }
            guard scanner.hasPattern, scanner.isLenient, valueSplitEnd(end) != nil else { return end }
            // Blanks before what splits are a part of it there.
            var bare = end
            while bare > start, bytes[bare - 1] == 32 { bare -= 1 }
            return bare
        }

        /// Where a key ends that has nothing behind it but within it what would split it, were it not for a backslash: there it
        /// does after all.
        private func lastEscaped(_ key: Range<Int>) -> Int? {
            var index = key.upperBound - 1
            while index > key.lowerBound {
                if bytes[index - 1] == 92, case .set(let set) = scanner.value, set.contains(bytes[index]) {
                    return index
                }
                index -= 1
            }
            return nil
        }

        private mutating func valueSplitEnd(_ position: Int) -> Int? {
            var position = position
            if scanner.isLenient { while position < bytes.count, bytes[position] == 32 { position += 1 } }
            guard var end = end(of: scanner.value, \.nextValue, position) else { return nil }
            if scanner.isLenient { while end < bytes.count, bytes[end] == 32 { end += 1 } }
            return end
        }

        /// What stands between quotes or brackets that open at a place.
        private mutating func quoted(_ start: Int) -> Range<Int>? {
            guard start < bytes.count, wasted <= 8 * bytes.count + 65_536 else { return nil }
            let close: UInt8
            switch bytes[start] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): close = bytes[start]
            case UInt8(ascii: "(") where scanner.hasBrackets: close = UInt8(ascii: ")")
            case UInt8(ascii: "[") where scanner.hasBrackets: close = UInt8(ascii: "]")
            case UInt8(ascii: "<") where scanner.hasBrackets: close = UInt8(ascii: ">")
            default: return nil
            }
            func next(_ scan: inout Scan, _ position: Int) -> Int {
                let bytes = scan.bytes
                return scan.nextClose[close, default: Memo()].next(position) {
                    bytes[min(position, bytes.count)...].firstIndex(of: close) ?? bytes.count
                }
            }
            guard next(&self, start + 1) < bytes.count else { return nil }
            let end = runEnd(start + 1, until: next)
            if end >= bytes.count { wasted += end - start }
            return end < bytes.count ? (start + 1)..<end : nil
        }

        /// What follows on the split of fields at a place, or on the end of the text or of a line there.
        private mutating func fieldEnd(_ position: Int) -> Int? {
            if position >= bytes.count { return bytes.count }
            if let end = end(of: scanner.field, \.nextField, position) { return end }
            return bytes[position] == 10 ? position : nil
        }
    }
}
