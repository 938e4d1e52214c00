internal import SiteView

/// The demo's inbox.
struct MessagesContent: PageContent {
    static let template = PageTemplate.messages

    let messages: [MessageRow]
    /// What the demo did, newest first.
    let story: [StoryRow]
    let hasStory: Bool
}

/// A message that the demo caught.
struct MessageRow: Sendable {
    let id: String
    let time: String
    /// As programs read it, and in UTC for who points at it.
    let machine: String
    let utc: String
    let kind: String
    let to: String
    let subject: String
    let body: String
}

extension MessageRow {
    init(_ message: InboxMessage) {
        id = String(message.id)
        time = String(Shown.clock(message.time).prefix(8))
        let moment = ShownMoment(message.time)
        machine = moment.machine
        utc = moment.utc
        kind = message.kind.rawValue
        to = message.to
        subject = message.subject
        body = message.body
    }
}

extension WebUI {
    func messagesPage() async -> String {
        let messages = await view.messages(limit: 100)
        let story = pages.story?() ?? []
        return pages.page(
            MessagesContent(
                messages: messages.map(MessageRow.init), story: story.map(StoryRow.init), hasStory: !story.isEmpty),
            title: say("demo.messages"), path: "/messages")
    }
}
