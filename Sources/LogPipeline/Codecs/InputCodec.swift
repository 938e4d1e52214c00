import Base
package import Grok
import LogDocuments

/// How an input makes events of bytes.
/// https://www.elastic.co/docs/reference/logstash/plugins/codec-plugins
package struct InputCodec: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// What came at once is a message.
        case plain
        case line
        /// What came at once is an object, or a list of them.
        case json
        /// An object a line.
        case jsonLines = "json_lines"
        /// Lines that belong together are a message.
        case multiline
    }

    package var kind: Kind
    /// The bytes behind each line.
    package var delimiter: [UInt8] = [10]
    /// Where what JSON says goes; `nil` for the event itself.
    package var target: FieldReference?
    /// Of ``Kind/multiline``.
    package var multiline: MultilineRule?
    /// Whether texts stay as `[event][original]` too, as the Elastic Common Schema has it.
    package var keepsOriginal: Bool

    package init(_ kind: Kind, keepsOriginal: Bool) {
        self.kind = kind
        self.keepsOriginal = keepsOriginal
    }

    /// The same for bytes without ends of their own, as those of a connection: a message is a line, an object a line.
    package var ofStream: InputCodec {
        var codec = self
        if kind == .plain { codec.kind = .line }
        if kind == .json { codec.kind = .jsonLines }
        return codec
    }

    static let original = FieldReference("[event][original]")
    static let message = FieldReference("message")
    static let version = FieldReference("@version")

    // MARK: One text

    /// An event with a message.
    package func event(message: String, now: Int64) -> PipelineEvent {
        var event = PipelineEvent(timestamp: now)
        event[Self.message] = .string(message)
        event[Self.version] = .string("1")
        if keepsOriginal { event[Self.original] = .string(message) }
        return event
    }

    /// The events of a text that is whole. One that is no JSON becomes a message with the tag `_jsonparsefailure`.
    package func events(
        _ bytes: UnsafeBufferPointer<UInt8>, now: Int64, _ body: (PipelineEvent) -> Void
    ) {
        switch kind {
        case .plain, .line, .multiline: body(event(message: String(decoding: bytes, as: UTF8.self), now: now))
        case .json, .jsonLines: objects(bytes, now: now, body)
        }
    }

    /// Values of a text, names among them: each costs some times the bytes that it has there.
    static let limits = DocumentReader.Limits(values: 250_000)

    private func objects(_ bytes: UnsafeBufferPointer<UInt8>, now: Int64, _ body: (PipelineEvent) -> Void) {
        let value = try? DocumentReader.value(bytes, Self.limits)
        switch value {
        case .object(let object)?:
            var event = self.event(object, now: now)
            if keepsOriginal, kind == .json, !event.contains(Self.original) {
                event[Self.original] = .string(String(decoding: bytes, as: UTF8.self))
            }
            body(event)
        case .array(let values)? where values.allSatisfy({ $0.object != nil }):
            for case .object(let object) in values { body(event(object, now: now)) }
        default:
            var event = PipelineEvent(timestamp: now)
            event[Self.message] = .string(String(decoding: bytes, as: UTF8.self))
            event[Self.version] = .string("1")
            event.addTag("_jsonparsefailure")
            body(event)
        }
    }

    private func event(_ object: Document, now: Int64) -> PipelineEvent {
        var event: PipelineEvent
        if let target {
            event = PipelineEvent(timestamp: now)
            event[target] = .object(object)
        } else {
            event = PipelineEvent(object, now: now)
        }
        if !event.contains(Self.version) { event[Self.version] = .string("1") }
        return event
    }
}

/// Which lines the codec `multiline` puts together.
package struct MultilineRule: Sendable {
    let pattern: RubyPattern
    /// Whether lines belong together that do not match.
    var negates = false
    /// Whether they belong to the one before, else to the next.
    var joinsPrevious = true
    var linesMax = 500
    var bytesMax = 10 << 20
    var tag = "multiline"
    /// After how long a message ends whose next line has not come; `nil` for never.
    var flushInterval: Duration?

    package init(_ pattern: RubyPattern) { self.pattern = pattern }
}
