/// What of Lucene's language stands in a query in KQL by mistake: KQL would take it for text, and find nothing.
extension KQLParser {
    /// `&&`, `||`, `+word`, and `-` or `!` before a field.
    func refuseLuceneOperator() throws(LogQueryError) {
        let start = cursor.position
        guard let first = cursor.next else { return }
        let second = cursor.peek(1)
        switch first {
        case "&", "|":
            guard second == first, cursor.peek(2)?.isWhitespace ?? true || cursor.peek(2) == "(" else { return }
            throw LogQueryError(
                offset: start, message: "\(first)\(first) is an operator of Lucene, and this is KQL",
                mend: "write \(first == "&" ? "and" : "or"), or put the text in quotes")
        case "+":
            guard let second, second.isLetter || second == "_" || second == "(" || second == "\"" else { return }
            throw LogQueryError(
                offset: start, message: "a + before a condition is Lucene's, and this is KQL",
                mend: "join conditions that all must hold by and, or put the text in quotes")
        case "-", "!":
            let name = cursor.characters[(start + 1)...].prefix { $0.isLetter || $0.isNumber || "._@-".contains($0) }
            let end = start + 1 + name.count
            let isField = !name.isEmpty && end < cursor.characters.count && cursor.characters[end] == ":"
            guard isField || second == "(" else { return }
            throw LogQueryError(
                offset: start, message: "a \(first) before a condition is Lucene's, and this is KQL",
                mend: "write not \(isField ? String(name) : "(…)"), or put the text in quotes")
        default: return
        }
    }

    /// `[1 TO 5]`, `{1 TO 5}` and `/pattern/`.
    /// - Parameter name: the field whose value begins here; `nil` where none was named.
    func refuseLuceneValue(of name: String?) throws(LogQueryError) {
        let start = cursor.position
        switch cursor.next {
        case "[", "{":
            guard let range = luceneRange() else { return }
            let name = name ?? "field"
            let bounds = [
                (range.lower, range.includesLower ? ">=" : ">"), (range.upper, range.includesUpper ? "<=" : "<"),
            ]
            let written = bounds.filter { $0.0 != "*" }.map { "\(name) \($0.1) \($0.0)" }
            throw LogQueryError(
                offset: start, message: "a range in brackets is Lucene's, and this is KQL",
                mend: "write \(written.isEmpty ? "\(name): *" : written.joined(separator: " and "))")
        case "/":
            guard isLuceneRegex() else { return }
            throw LogQueryError(
                offset: start, message: "a regular expression between slashes is Lucene's, and KQL has none",
                mend: "search in Lucene's language, write * for any letters, or put the text in quotes")
        default: return
        }
    }

    func luceneExists(_ start: Int) -> LogQueryError {
        LogQueryError(
            offset: start, message: "_exists_ is Lucene's, and this is KQL",
            mend: "write the field's name and a star: trace_id: *")
    }

    private struct LuceneRange {
        let lower: String
        let upper: String
        let includesLower: Bool
        let includesUpper: Bool
    }

    private func luceneRange() -> LuceneRange? {
        let rest = cursor.characters[cursor.position...]
        guard let end = rest.firstIndex(where: { "]}".contains($0) }) else { return nil }
        let words = String(rest[(cursor.position + 1)..<end]).split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 3, words[1] == "TO" else { return nil }
        return LuceneRange(
            lower: words[0], upper: words[2], includesLower: rest.first == "[", includesUpper: rest[end] == "]")
    }

    /// A path has more slashes, or no last one.
    private func isLuceneRegex() -> Bool {
        var index = cursor.position + 1
        while index < cursor.characters.count, cursor.characters[index] != "/" {
            index += cursor.characters[index] == "\\" ? 2 : 1
        }
        guard index < cursor.characters.count, index > cursor.position + 1 else { return false }
        return index + 1 == cursor.characters.count || cursor.characters[index + 1].isWhitespace
            || cursor.characters[index + 1] == ")"
    }
}
