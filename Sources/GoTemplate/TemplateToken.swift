/// A piece of an action: what stands between `{{` and `}}`.
struct TemplateToken: Sendable {
    enum Kind: Sendable {
        case identifier(String)
        /// `.Name`, without the dot.
        case field(String)
        /// `$name`, with the dollar; `$` alone is the data.
        case variable(String)
        case dot
        case literal(TemplateValue)
        case pipe
        case leftParenthesis
        case rightParenthesis
        case declare
        case assign
        case comma
    }

    let kind: Kind
    let place: TemplatePlace
    /// Whether white space stands before the token: `.A .B` is two words, `.A.B` is one.
    let afterSpace: Bool
}

/// What a template consists of on its top level.
enum TemplatePiece: Sendable {
    case text(String)
    case action([TemplateToken], TemplatePlace)
}
