import Grok
import Listening
import LogDocuments

/// Which protocol is spoken at an input.
enum Conversations {
    static func make(_ input: PipelineInput) -> any Conversation {
        switch input.kind {
        case .beats(let settings): return BeatsConversation(input, settings)
        case .http(let settings): return HTTPConversation(input, settings)
        case .tcp, .udp: return StreamConversation(TCPReader(input: input), input.codec.ofStream)
        case .syslog: return StreamConversation(reader(input), input.codec.ofStream)
        case .gelf:
            var codec = InputCodec(.jsonLines, keepsOriginal: false)
            codec.delimiter = [0]
            return StreamConversation(reader(input), codec)
        }
    }

    static func reader(_ input: PipelineInput) -> any MessageReader {
        switch input.kind {
        case .syslog(let settings): SyslogReader(input, settings)
        case .gelf(let settings): GELFReader(input, settings)
        case .beats, .http, .tcp, .udp: UDPReader(input: input)
        }
    }
}

/// Makes events of datagrams.
struct DatagramReader {
    private let codec: InputCodec
    private let reader: any MessageReader
    /// Of `gelf`.
    private var assembler: GELFAssembler?

    init(_ input: PipelineInput) {
        reader = Conversations.reader(input)
        if case .gelf = input.kind {
            assembler = GELFAssembler()
            codec = InputCodec(.json, keepsOriginal: false)
        } else {
            codec = input.codec
        }
    }

    /// - Returns: whether it had a meaning.
    mutating func read(
        _ datagram: UnsafeBufferPointer<UInt8>, from sender: String, _ moment: Moment, _ step: inout ConversationStep
    ) -> Bool {
        if assembler == nil {
            make(datagram, sender, moment, &step)
            return true
        }
        guard let message = assembler?.add(datagram, from: sender, now: moment.time) else { return true }
        if message.isEmpty { return false }
        message.withUnsafeBufferPointer { make($0, sender, moment, &step) }
        return true
    }

    private func make(
        _ bytes: UnsafeBufferPointer<UInt8>, _ sender: String, _ moment: Moment, _ step: inout ConversationStep
    ) {
        let host = sender.lastIndex(of: ":").map { sender[..<$0] } ?? sender[...]
        let peer = Peer(host: String(host.drop { $0 == "[" }.prefix { $0 != "]" }), port: 0)
        var decoder = CodecDecoder(codec)
        func add(_ event: PipelineEvent) {
            var event = event
            reader.complete(&event, peer)
            step.add(event, bytes: bytes.count)
        }
        decoder.take(bytes, room: .max, now: moment.time, moment.scratch, add)
        decoder.finish(now: moment.time, moment.scratch, add)
    }
}
