internal import SiteView

/// What the demo tells on every page: the last thing that it did on purpose, or that came of it.
struct StoryStrip: Sendable {
    /// `nil` where nothing was done yet.
    let line: StoryRow?

    init(_ story: [StoryLine]) { line = story.first.map(StoryRow.init) }
}

/// A line of what the demo tells.
struct StoryRow: Sendable {
    /// As programs read it, in UTC for who points at it, and as the reader's clock had it.
    let machine: String
    let utc: String
    let clock: String
    let text: String
    /// The page where it is seen; `nil` where there is none.
    let path: String?

    init(_ line: StoryLine) {
        let moment = ShownMoment(line.time)
        machine = moment.machine
        utc = moment.utc
        clock = String(Shown.clock(line.time).prefix(8))
        text = line.text
        path = line.path
    }
}
