import Grok
import Listening
import LogDocuments

/// Who is at the other end.
struct Peer {
    let host: String
    let port: Int
    /// Whom its certificate names, which was checked.
    var certifiedName: String?
}

/// What came of a step of a conversation.
struct ConversationStep {
    var events: [PipelineEvent] = []
    /// About how many bytes the events take.
    var cost = 0
    /// What the conversation is told once the events are stored.
    var mark = 0
    /// Bytes for the other side.
    var replies: [UInt8] = []
    /// Whether there is more to be read of what came already.
    var isMore = false

    /// What an event takes beside its bytes.
    private static let eventCost = 400
    /// A step ends here, so that others have their turn.
    private static let eventsMax = 500
    private static let costMax = 2 << 20

    var isFull: Bool { events.count >= Self.eventsMax || cost >= Self.costMax }

    mutating func add(_ event: PipelineEvent, bytes: Int) {
        events.append(event)
        cost += bytes + Self.eventCost
    }
}

/// Why a connection is closed, in words.
struct ConversationFailure: Error, CustomStringConvertible {
    let description: String
}

/// What is said over one connection: a protocol, without its socket. For the receiving thread alone.
protocol Conversation: AnyObject {
    /// Bytes that are kept of what is not complete.
    var heldBytes: Int { get }
    /// Whether it can read more before something is stored.
    var wantsBytes: Bool { get }
    /// Whether the connection is to be closed once all is said.
    var hasEnded: Bool { get }
    /// Takes bytes that came.
    func add(_ bytes: UnsafeBufferPointer<UInt8>, from peer: Peer)
    /// Makes events of what came, a bounded number of them.
    /// - Parameter room: how many bytes more than now may be kept.
    func advance(_ step: inout ConversationStep, _ moment: Moment, room: Int) throws(ConversationFailure)
    /// No more bytes come.
    func finish(_ step: inout ConversationStep, _ moment: Moment)
    /// The events of the step with that mark are stored.
    func stored(_ mark: Int) -> [UInt8]
    /// A second has passed.
    func tick(_ step: inout ConversationStep, _ moment: Moment, isStoring: Bool)
}

/// When a step is made, and with what.
struct Moment {
    /// Milliseconds since the Unix epoch.
    let time: Int64
    let scratch: MatchScratch
}

extension Conversation {
    var wantsBytes: Bool { true }
    var hasEnded: Bool { false }
    func finish(_ step: inout ConversationStep, _ moment: Moment) {}
    func stored(_ mark: Int) -> [UInt8] { [] }
    func tick(_ step: inout ConversationStep, _ moment: Moment, isStoring: Bool) {}
}
