/// Regular expressions as Lucene has them, in RE2's notation. A dot is any character, and `^` and `$` stand for themselves.
enum LuceneRegexp {
    /// - Parameter hasOperators: whether `~`, `&`, `<…>`, `@`, `#` and `"` mean something.
    /// - Throws: ``ElasticError`` for what RE2 cannot say.
    static func translated(_ text: String, hasOperators: Bool) throws -> String {
        var result = ""
        var isInClass = false
        var isQuoted = false
        var rest = Substring(text)
        while let next = rest.popFirst() {
            if next == "\\" {
                guard let escaped = rest.popFirst() else {
                    throw ElasticError.illegal("the regular expression [\(text.prefix(80))] ends with a backslash")
                }
                // Newer versions of Lucene know classes of characters.
                let isClass = "dDwWsS".contains(escaped)
                result += isClass ? "\\\(escaped)" : plain(escaped)
                continue
            }
            if isQuoted {
                if next == "\"" { isQuoted = false } else { result += plain(next) }
                continue
            }
            if isInClass {
                if next == "]" { isInClass = false }
                result += next == "[" ? "\\[" : String(next)
                continue
            }
            switch next {
            case "[":
                isInClass = true
                result.append(next)
            case "^", "$": result += plain(next)
            case "\"" where hasOperators: isQuoted = true
            case "@" where hasOperators: result += "(?:.*)"
            case "~", "&", "<", "#":
                guard hasOperators else {
                    result += plain(next)
                    continue
                }
                throw ElasticError.illegal(
                    "the operator \(next) of the regular expression [\(text.prefix(80))] is not supported; "
                        + "write \\\(next) for the character")
            default: result.append(next)
            }
        }
        return result
    }

    private static func plain(_ character: Character) -> String {
        let isWord = character.isLetter || character.isNumber || !character.isASCII
        return isWord ? String(character) : "\\\(character)"
    }
}
