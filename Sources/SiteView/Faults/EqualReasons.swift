/// Reasons that say the same of several cameras, whatever their numbers and names.
enum EqualReasons {
    /// Fewer are told one by one.
    static let least = 3

    /// What a reason says, without what is the camera's own.
    static func shape(of reason: String, camera id: String) -> String {
        words(reason).map { isOwn($0, id) ? "…" : $0 }.joined(separator: " ")
    }

    /// The sentence of all, where they have one shape: what differs is left open.
    static func sentence(of reasons: [String]) -> String {
        guard let first = reasons.first else { return "" }
        if reasons.allSatisfy({ $0 == first }) { return first }
        var common = words(first)
        for reason in reasons.dropFirst() {
            for (index, word) in words(reason).enumerated() where index < common.count && common[index] != word {
                common[index] = "…"
            }
        }
        return common.joined(separator: " ")
    }

    private static func words(_ text: String) -> [Substring] {
        text.split(separator: " ", omittingEmptySubsequences: false)
    }

    private static func isOwn(_ word: Substring, _ id: String) -> Bool {
        word.utf8.contains { (0x30...0x39).contains($0) } || !id.isEmpty && word.contains(id)
    }
}
