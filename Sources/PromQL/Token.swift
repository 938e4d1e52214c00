/// A word of an expression and the bytes where it stands.
struct Token: Equatable {
    enum Kind: Equatable {
        /// A name or keyword, as written.
        case word(String)
        case number(Double)
        /// Milliseconds.
        case duration(Int64)
        case string(String)
        /// An operator or a bracket.
        case symbol(String)
        case end
    }

    let kind: Kind
    let range: Range<Int>

    /// How the token is named in messages.
    var shown: String {
        switch kind {
        case .word(let text): "identifier \"\(text)\""
        case .number(let value): "number \"\(value)\""
        case .duration: "duration"
        case .string(let text): "string \"\(text)\""
        case .symbol(let text): "\"\(text)\""
        case .end: "end of input"
        }
    }
}
