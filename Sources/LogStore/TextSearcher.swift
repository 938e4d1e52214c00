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
    var takesAll: Bool { test.literals.isEmpty && test.find == nil }

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
        if runs.isEmpty, test.find != nil { return found(text) }
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

    /// Texts in which the test's own search finds something, or that have characters outside ASCII.
    private func found(_ text: TextColumn) -> Candidates {
        guard let find = test.find else { return .all }
        let hasOthers = text.templates.contains(where: \.hasOthers) || text.mixed.contains { $0 >= 0x80 }
        if test.findsRuns, !hasOthers {
            // What may be nothing is found in all.
            if find(UnsafeBufferPointer(start: nil, count: 0), 0) != nil { return .all }
            return Candidates(TokenIndex(text).texts(holding: find))
        }
        var flags = [UInt8](repeating: 0, count: text.count)
        TextReader.read(text) { reader in
            var texts = TextBuffer(capacity: 2 * Self.searchedBytes)
            var ends: [Int] = []
            while reader.text < text.count {
                let first = reader.text
                texts.removeAll()
                ends.removeAll(keepingCapacity: true)
                while reader.text < text.count, texts.count < Self.searchedBytes {
                    let start = texts.count
                    let number = reader.text
                    reader.next(into: &texts)
                    if hasOthers, texts.bytes[start...].contains(where: { $0 >= 0x80 }) { flags[number] = 1 }
                    // No pattern of words goes on behind it.
                    texts.append(10)
                    ends.append(texts.count)
                }
                mark(&flags, from: first, texts.bytes, ends, find)
            }
        }
        return Candidates(flags)
    }

    /// Texts that are searched at once: they are to be in the processor's cache.
    private static let searchedBytes = 1 << 18

    /// - Parameter ends: where each of the texts ends, the first of which has the number `first`.
    private func mark(
        _ flags: inout [UInt8], from first: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ ends: [Int],
        _ find: TokenIndex.Finder
    ) {
        var place = 0
        var start = 0
        while place < ends.count, let found = find(bytes, start) {
            while place < ends.count, ends[place] <= found { place += 1 }
            if place == ends.count { break }
            flags[first + place] = 1
            start = ends[place]
            place += 1
        }
    }
}
