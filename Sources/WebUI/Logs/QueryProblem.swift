internal import SiteView

/// Where a query cannot be read: the text around the place, and the place itself.
struct QueryProblem: Sendable {
    let words: String
    let place: Place?

    struct Place: Sendable {
        let before: String
        let at: String
        let behind: String
    }

    private static let around = 40

    init(words: String) {
        self.words = words
        place = nil
    }

    init(_ error: any Error, query: String) {
        self.init(words: "\(error)", offset: (error as? LogSearchRefused)?.offset, query: query)
    }

    /// - Parameter offset: how many characters of the query stand before the place.
    init(words: String, offset: Int?, query: String) {
        self.words = words
        guard let offset else {
            place = nil
            return
        }
        let characters = Array(query)
        let position = min(max(0, offset), characters.count)
        let before = characters[..<position].suffix(Self.around)
        let behind = characters[min(position + 1, characters.count)...].prefix(Self.around)
        place = Place(
            before: (before.count < position ? "…" : "") + VisibleText.short(String(before)),
            // The end of the query has a place too.
            at: position < characters.count ? VisibleText.short(String(characters[position])) : "⏎",
            behind: VisibleText.short(String(behind)))
    }
}
