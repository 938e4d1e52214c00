internal import Foundation

/// The texts of the pages in one language, as a file below `Assets/words` has them: a language is a file.
///
/// A line is `key = text`; `[section]` before it is put before the key, with a dot. In a text `{name}` is what is filled
/// in, and `{name:camera|cameras}` the form of a word for that number, in the order of the file's own rule for plurals
/// (`plurals` of the section `language`). A line that begins with `#` is a comment.
struct Words: Sendable {
    /// How a language forms the plural, by what stands in its file.
    enum Plurals: String, Sendable {
        /// One form for every number.
        case one = "other"
        /// The first form for 1, else the second.
        case two = "one other"
        /// As Slavic languages do: 1, 21 …; 2 to 4, 22 to 24 …; all others.
        case slavic = "one few other"
    }

    /// The language's code, as `lang` of a page and a browser's `Accept-Language` have it.
    let code: String
    private let plurals: Plurals
    let signs: NumberSigns
    /// Whether dates have another order than `2026-11-23`.
    let hasDateOrder: Bool
    private let texts: [String: String]

    /// Reads a file.
    init(code: String, text: String) {
        self.code = code
        var (section, texts) = ("", [String: String]())
        for line in text.split(whereSeparator: \.isNewline).map({ $0.trimmingPrefix(while: \.isWhitespace) }) {
            if line.hasPrefix("#") { continue }
            if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
                section = line[line.index(after: line.startIndex)..<end] + "."
            } else if let equals = line.firstRange(of: " = ") {
                texts[section + line[..<equals.lowerBound]] = String(line[equals.upperBound...])
            }
        }
        self.texts = texts
        plurals = texts["language.plurals"].flatMap(Plurals.init) ?? .two
        signs = NumberSigns(decimal: texts["language.decimal"] ?? ".", group: texts["language.group"] ?? ",")
        hasDateOrder = texts["language.date"].map { $0 != "{year}-{month}-{day}" } ?? false
    }

    /// All languages of the binary, by their codes.
    static let all: [String: Words] = Dictionary(
        uniqueKeysWithValues: Assets.names(below: "words/").map { name in
            let code = String(name.dropFirst("words/".count).prefix { $0 != "." })
            return (code, Words(code: code, text: Assets.text(of: name)))
        })

    /// What is shown where a browser asks for no language that there is.
    static let standard = all["en"] ?? Words(code: "en", text: "")

    /// The keys that have a text.
    var keys: Set<String> { Set(texts.keys) }

    /// The text as it stands in the file; the key itself where it has none, which a test finds.
    func template(_ key: String) -> String { texts[key] ?? Self.standard.texts[key] ?? key }

    /// The text with what is filled in.
    func text(_ key: String, _ values: [String: WordValue] = [:]) -> String {
        let template = template(key)
        guard template.contains("{") else { return template }
        var text = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            text += rest[..<open]
            let place = rest[rest.index(after: open)..<close].split(separator: ":", maxSplits: 1)
            let name = place.first.map(String.init) ?? ""
            switch (values[name], place.count) {
            case (.number(let number)?, 2): text += form(of: number, in: place[1])
            case (.number(let number)?, _): text += signs.number(String(number))
            case (.text(let value)?, _): text += value
            case (nil, _): text += rest[open...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }

    private func form(of number: Int, in forms: Substring) -> Substring {
        let forms = forms.split(separator: "|", omittingEmptySubsequences: false)
        let (ten, hundred) = (number.magnitude % 10, number.magnitude % 100)
        let index =
            switch plurals {
            case .one: 0
            case .two: number == 1 ? 0 : 1
            case .slavic:
                ten == 1 && hundred != 11 ? 0 : (2...4).contains(ten) && !(12...14).contains(hundred) ? 1 : 2
            }
        return forms.isEmpty ? "" : forms[min(index, forms.count - 1)]
    }

    /// A page's template with the texts of this language in it: `[[key]]` stands for one, in which `` `code` `` is code
    /// and `{name}` the tag of that name.
    func filled(_ template: String) -> String {
        template.replacing(/\[\[([A-Za-z0-9_.-]+)\]\]/) { place in
            var isCode = false
            return self.template(String(place.1)).reduce(into: "") { html, letter in
                switch letter {
                case "&": html += "&amp;"
                case "<": html += "&lt;"
                case ">": html += "&gt;"
                case "\"": html += "&quot;"
                case "{": html += "{{"
                case "}": html += "}}"
                case "`":
                    html += isCode ? "</code>" : "<code>"
                    isCode.toggle()
                default: html.append(letter)
                }
            }
        }
    }
}

/// What is filled into a text.
enum WordValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringInterpolation {
    case text(String)
    /// Is written with the language's own signs, and chooses the form of a word.
    case number(Int)

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(value) }
}

/// The text of a key in the language of who reads the page that is made.
func say(_ key: String, _ values: [String: WordValue] = [:]) -> String { Reader.current.words.text(key, values) }

/// How a language writes numbers.
struct NumberSigns: Sendable {
    /// Before the fraction.
    let decimal: String
    /// Between groups of three digits.
    let group: String

    /// A number that is written with a point and without groups, in the language's way.
    func number(_ text: String) -> String {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
        var digits = parts.first ?? ""
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = digits.dropLast(3)
        }
        let whole = ([digits] + groups).joined(separator: group)
        return (isNegative ? "-" : "") + whole + (parts.count > 1 ? decimal + parts[1] : "")
    }
}
