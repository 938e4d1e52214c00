import Base
import Model

/// Finds the texts of a column that may pass a test, in its templates and in what fills them.
///
/// A run of letters and digits lies within one token or within a template's own bytes, never across: each run of what
/// is looked for must be in one of them.
struct TextSearcher {
    private let test: LogTest
    /// Runs of letters and digits of all literals.
    private let runs: [[UInt8]]
    /// Whether the literals are more than their runs.
    private let hasMore: Bool

    init(_ test: LogTest) {
        self.test = test
        runs = Set(
            test.literals.flatMap { literal in
                literal.utf8.split { !ByteSearch.isTokenByte($0) }.map { Array($0) }
            }
        ).sorted { $0.count > $1.count }
        hasMore = test.literals.contains { $0.utf8.contains { !ByteSearch.isTokenByte($0) } }
    }

    /// Whether nothing is known of the texts that pass.
    var takesAll: Bool { test.literals.isEmpty && test.search == nil }

    /// Whether any text of a column of ASCII may pass, from the streams of templates and tokens alone.
    func mayFind(_ column: ColumnBlock.Column, _ block: ColumnBlock) throws -> Bool {
        if runs.isEmpty { return true }
        let templates = ByteSearch.lowered(try block.open(column.streams[0]))
        var mixed: [UInt8]?
        for run in runs {
            if ByteSearch.holds(templates, run) { continue }
            let lowered = try mixed ?? ByteSearch.lowered(try block.open(column.streams[5]))
            mixed = lowered
            if ByteSearch.holds(lowered, run) { continue }
            if ByteSearch.isNumber(run), ByteSearch.holds(try block.open(column.streams[4]), run) { continue }
            // Digits are packed there, two a byte: they are looked at with the texts.
            if ByteSearch.isHexadecimal(run), column.streams[6].size > 0 { continue }
            return false
        }
        return true
    }

    /// Which texts of a column may pass.
    func candidates(_ column: ColumnBlock.Column, _ block: ColumnBlock) throws -> Candidates {
        let text = try block.text(column)
        if runs.isEmpty, let search = test.search { return found(text, search) }
        // Tokens outside ASCII are rare: where there is one all texts are looked at.
        let hasOtherTokens = text.mixed.contains { $0 >= 0x80 }
        let hasOthers = hasOtherTokens || text.templates.contains(where: \.hasOthers)
        var flags = [UInt8](repeating: 1, count: text.count)
        if !hasOtherTokens {
            let index = TokenIndex(text)
            for run in runs {
                let holding = index.texts(holding: run)
                var isAny: UInt8 = 0
                for place in flags.indices {
                    flags[place] &= holding[place]
                    isAny |= flags[place]
                }
                if isAny == 0 { return .none }
            }
        }
        if hasMore || hasOthers {
            var kept = [UInt8](repeating: 0, count: text.count)
            text.forEach(where: flags) { place, bytes in
                let bytes = UnsafeRawBufferPointer(bytes)
                if test.literals.allSatisfy({ ByteSearch.mayHold(bytes, $0) }) { kept[place] = 1 }
            }
            flags = kept
        }
        return Candidates(flags)
    }

    /// Texts in which a search finds something, or that have characters outside ASCII.
    private func found(_ text: TextColumn, _ search: LogTextSearch) -> Candidates {
        let hasOthers = text.templates.contains(where: \.hasOthers) || text.mixed.contains { $0 >= 0x80 }
        if search.reach == .run, !hasOthers {
            // What may be nothing is found in all.
            if search.find(UnsafeBufferPointer(start: nil, count: 0), 0) != nil { return .all }
            return Candidates(TokenIndex(text).texts(holding: search.find))
        }
        return TextReader.read(text) { reader in
            var lines = LineSearch(search, count: text.count)
            while reader.text < text.count {
                let start = lines.texts.count
                reader.next(into: &lines.texts)
                let isOther = hasOthers && lines.texts.bytes[start...].contains { $0 >= 0x80 }
                lines.endText(isFound: isOther)
            }
            return Candidates(lines.finish())
        }
    }
}

/// Searches in many texts at once.
struct LineSearch: ~Copyable {
    private let search: LogTextSearch
    /// Texts that are not searched yet, each with the end of a line.
    var texts: ByteSink
    private var ends: [Int] = []
    private var flags: [UInt8] = []

    /// Texts that are searched at once: they are to be in the processor's cache.
    private static let bytesAtOnce = 1 << 18

    init(_ search: LogTextSearch, count: Int) {
        self.search = search
        texts = ByteSink(capacity: 2 * Self.bytesAtOnce)
        flags.reserveCapacity(count)
    }

    /// Ends the text that was added to ``texts``.
    /// - Parameter isFound: whether it counts as one that has what is looked for.
    mutating func endText(isFound: Bool = false) {
        texts.append(10)
        ends.append(texts.count)
        flags.append(isFound ? 1 : 0)
        if texts.count >= Self.bytesAtOnce { searchAll() }
    }

    /// A byte a text: 1 for those in which something was found.
    consuming func finish() -> [UInt8] {
        searchAll()
        return flags
    }

    private mutating func searchAll() {
        let first = flags.count - ends.count
        let bytes = texts.bytes
        if search.reach == .text {
            // What begins in one text must not go on through all others, and again from the next one.
            var start = 0
            for (place, end) in ends.enumerated() {
                let text = UnsafeBufferPointer(rebasing: bytes[start..<(end - 1)])
                if flags[first + place] == 0, search.find(text, 0) != nil { flags[first + place] = 1 }
                start = end
            }
        } else {
            mark(first, bytes)
        }
        texts.removeAll()
        ends.removeAll(keepingCapacity: true)
    }

    private mutating func mark(_ first: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        var place = 0
        var start = 0
        while place < ends.count, let found = search.find(bytes, start) {
            // What is found may begin with the end of the line before.
            let begin = bytes[found] == 10 ? found + 1 : found
            while place < ends.count, ends[place] <= begin { place += 1 }
            if place == ends.count { break }
            flags[first + place] = 1
            start = ends[place] - 1
            place += 1
        }
    }
}
