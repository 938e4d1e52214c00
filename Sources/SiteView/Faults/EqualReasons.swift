internal import Base

/// Reasons that say the same of several cameras, whatever their numbers and names.
enum EqualReasons {
    /// What is said of one camera.
    struct Reason {
        let camera: String
        let text: String
    }

    /// Fewer are told one by one.
    static let least = 3

    /// Stands for what differs.
    private static let gap = "…"
    /// Less in common is no sentence.
    private static let wordsLeast = 3

    /// What a reason says, without its numbers.
    static func shape(of reason: String) -> String {
        words(reason).map { hasDigit($0) ? gap : String($0) }.joined(separator: " ")
    }

    /// What a reason says, without what is the camera's own.
    static func shape(of reason: String, camera id: String) -> String { shape(of: masked(reason, id)) }

    /// One sentence for all: what they have in common, where that is one; else what most of them say.
    static func sentence(of reasons: [Reason]) -> String {
        guard let first = reasons.first else { return "" }
        if reasons.allSatisfy({ $0.text == first.text }) { return first.text }
        return common(reasons.map(\.text)) ?? common(reasons.map { masked($0.text, $0.camera) }) ?? commonest(reasons)
    }

    /// The words that all have, with gaps; `nil` where they make no sentence.
    private static func common(_ texts: [String]) -> String? {
        let all = texts.map(words)
        guard let first = all.first, all.allSatisfy({ $0.count == first.count }) else { return nil }
        var common: [String] = []
        for (index, word) in first.enumerated() {
            let isCommon = word != gap && all.allSatisfy { $0[index] == word }
            if isCommon {
                common.append(String(word))
            } else if common.isEmpty {
                // `cam-1: the address has no password` needs no beginning; `10.0.0.1 was refused` does.
                guard all.allSatisfy({ $0[index].hasSuffix(":") }) else { return nil }
            } else if common.last != gap {
                common.append(gap)
            }
        }
        let told = common.count { word in word.contains { $0.isLetter } }
        return told >= wordsLeast && 2 * told >= first.count ? common.joined(separator: " ") : nil
    }

    /// What most of them say, by the first of those, and how many do.
    private static func commonest(_ reasons: [Reason]) -> String {
        let told = reasons.filter { !$0.text.isEmpty }
        let shapes = Dictionary(grouping: told) { shape(of: $0.text, camera: $0.camera) }.map { shape, alike in
            (alike: alike.count, text: first(of: alike.map(\.text)), shape: shape)
        }
        let most = shapes.max { ($0.alike, $1.shape) < ($1.alike, $0.shape) }
        guard let (alike, text, _) = most else { return "" }
        if alike == reasons.count { return "\(text) – and \(alike - 1) more of the kind" }
        return alike > 1 ? "\(text) (\(alike) of \(reasons.count)), and other reasons" : "\(text), and other reasons"
    }

    /// As people count, without the point at its end.
    private static func first(of texts: [String]) -> String {
        let first = texts.min { NaturalOrder($0) < NaturalOrder($1) } ?? ""
        return first.hasSuffix(".") ? String(first.dropLast()) : first
    }

    private static func words(_ text: String) -> [Substring] { text.split(separator: " ") }

    private static func hasDigit(_ word: Substring) -> Bool { word.utf8.contains { (0x30...0x39).contains($0) } }

    /// A text without a camera's name, where that stands as a word of its own.
    private static func masked(_ text: String, _ id: String) -> String {
        if id.isEmpty { return text }
        var result = ""
        var rest = text[...]
        while let found = rest.firstRange(of: id) {
            let before = found.lowerBound > text.startIndex ? text[text.index(before: found.lowerBound)] : " "
            let after = found.upperBound < text.endIndex ? text[found.upperBound] : " "
            let isWhole = !isOfName(before) && !isOfName(after)
            result += rest[..<found.lowerBound]
            result += isWhole ? gap : String(rest[found])
            rest = rest[found.upperBound...]
        }
        return result + rest
    }

    private static func isOfName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "-"
    }
}
