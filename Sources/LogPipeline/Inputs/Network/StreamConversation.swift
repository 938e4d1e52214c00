import Listening
import LogDocuments

/// A connection whose bytes a codec reads: of the inputs `tcp`, `syslog` and `gelf`.
final class StreamConversation: Conversation {
    private let reader: any MessageReader
    private var pending = ByteQueue()
    private var decoder: CodecDecoder
    private var peer: Peer?

    /// - Parameter codec: how the bytes are cut; what it makes, `reader` makes events of.
    init(_ reader: any MessageReader, _ codec: InputCodec) {
        self.reader = reader
        decoder = CodecDecoder(codec)
    }

    var heldBytes: Int { pending.count + decoder.heldBytes }

    func add(_ bytes: UnsafeBufferPointer<UInt8>, from peer: Peer) {
        self.peer = peer
        pending.append(bytes)
    }

    func advance(_ step: inout ConversationStep, _ moment: Moment, room: Int) {
        let count = pending.count
        pending.withBytes { bytes in
            decoder.take(bytes, room: room, now: moment.time, moment.scratch) { take($0, &step) }
        }
        pending.drop(count)
    }

    private func take(_ event: PipelineEvent, _ step: inout ConversationStep) {
        var event = event
        let size = event[InputCodec.message]?.string?.utf8.count ?? 500
        reader.complete(&event, peer ?? Peer(host: "", port: 0))
        step.add(event, bytes: size)
    }

    func finish(_ step: inout ConversationStep, _ moment: Moment) {
        decoder.finish(now: moment.time, moment.scratch) { take($0, &step) }
    }

    func tick(_ step: inout ConversationStep, _ moment: Moment, isStoring: Bool) {
        decoder.flushIfQuiet(now: moment.time) { take($0, &step) }
    }
}

/// Completes events of an input's messages: says where they came from.
protocol MessageReader: Sendable {
    func complete(_ event: inout PipelineEvent, _ peer: Peer)
}

/// `tcp`
struct TCPReader: MessageReader {
    let input: PipelineInput

    private static let fields: [(legacy: FieldReference, schema: FieldReference)] = [
        (FieldReference("host"), FieldReference("[@metadata][input][tcp][source][name]")),
        (FieldReference("[@metadata][ip_address]"), FieldReference("[@metadata][input][tcp][source][ip]")),
        (FieldReference("port"), FieldReference("[@metadata][input][tcp][source][port]")),
        (FieldReference("sslsubject"), FieldReference("[@metadata][input][tcp][tls][client][subject]")),
    ]

    func complete(_ event: inout PipelineEvent, _ peer: Peer) {
        let values: [DocumentValue?] = [
            .string(peer.host), .string(peer.host), .integer(Int64(peer.port)),
            peer.certifiedName.map { .string($0) },
        ]
        for (field, value) in zip(Self.fields, values) {
            let name = input.usesSchema ? field.schema : field.legacy
            // What the sender says of itself stays.
            if let value { event.give(value, to: name) }
        }
        input.decoration.apply(to: &event)
    }
}

/// `udp`
struct UDPReader: MessageReader {
    let input: PipelineInput
    private let host: FieldReference

    init(input: PipelineInput) {
        self.input = input
        host = FieldReference(input.usesSchema ? "[host][ip]" : "host")
    }

    func complete(_ event: inout PipelineEvent, _ peer: Peer) {
        input.decoration.apply(to: &event)
        event.give(.string(peer.host), to: host)
    }
}

extension PipelineEvent {
    /// Sets a field that the sender has not set, nor anything in whose place its object would be: many say `host` as text.
    mutating func give(_ value: DocumentValue, to field: FieldReference) {
        if contains(field) { return }
        if field.root == .event, field.path.count > 1, let name = field.path.first {
            switch self[FieldReference(escaping: name)] {
            case nil, .object?: break
            default: return
            }
        }
        self[field] = value
    }
}
