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
        words = "\(error)"
        guard let offset = (error as? LogSearchRefused)?.offset else {
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
