import Grok
import LogDocuments

/// A connection of Filebeat or another shipper that speaks the Lumberjack protocol. Each window is acknowledged when its
/// events are stored; meanwhile the sender hears that it must wait.
final class BeatsConversation: Conversation {
    private let input: PipelineInput
    private let settings: BeatsInput
    private var decoder = LumberjackDecoder()
    private var peer: Peer?
    /// Events of the window that have not come.
    private var windowLeft = 0
    /// What is to be acknowledged of steps that are not stored yet, by their marks.
    private var steps: [Int: Acknowledgement] = [:]
    private var nextMark = 1
    /// Of the window that is not acknowledged, the last event that is stored, and the one of which the sender was told so.
    private var storedPart: UInt32?
    private var toldPart: UInt32?
    private var secondsOfSilence = 0

    private struct Acknowledgement {
        /// The last event of each window that ends in the step.
        var ends: [UInt32] = []
        /// The last event behind them.
        var part: UInt32?
    }

    private static let windowMax = 1 << 20
    private static let silenceMax = 5

    init(_ input: PipelineInput, _ settings: BeatsInput) {
        self.input = input
        self.settings = settings
    }

    var heldBytes: Int { decoder.heldBytes }

    func add(_ bytes: UnsafeBufferPointer<UInt8>, from peer: Peer) {
        self.peer = peer
        decoder.add(bytes)
    }

    func advance(_ step: inout ConversationStep, _ moment: Moment, room: Int) throws(ConversationFailure) {
        var acknowledgement = Acknowledgement()
        while !step.isFull {
            let item: LumberjackDecoder.Item?
            do throws(LumberjackDecoder.Failure) { item = try decoder.next() } catch {
                throw ConversationFailure(description: error.description)
            }
            guard let item else { break }
            switch item {
            case .window(let count):
                guard count <= Self.windowMax else {
                    throw ConversationFailure(
                        description: "a window has \(count) events, and the limit is \(Self.windowMax)")
                }
                windowLeft = count
            case .json(let sequence, let bytes):
                take(bytes, moment, &step)
                note(sequence, &acknowledgement)
            case .pairs(let sequence, let pairs):
                let size = pairs.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
                var document = Document()
                for pair in pairs { document[pair.name] = .string(pair.value) }
                take(document, size, moment, &step)
                note(sequence, &acknowledgement)
            }
        }
        step.isMore = step.isFull
        if !acknowledgement.ends.isEmpty || acknowledgement.part != nil {
            step.mark = nextMark
            steps[nextMark] = acknowledgement
            nextMark += 1
        }
    }

    private func note(_ sequence: UInt32, _ acknowledgement: inout Acknowledgement) {
        windowLeft -= 1
        if windowLeft <= 0 {
            acknowledgement.ends.append(sequence)
            acknowledgement.part = nil
        } else {
            acknowledgement.part = sequence
        }
    }

    // MARK: Events

    private static let messageName = "message"
    /// What the first shippers called it.
    private static let lineName = "line"
    private static let time = FieldReference("@timestamp")
    private static let address = FieldReference("[@metadata][ip_address]")
    private static let schemaAddress = FieldReference("[@metadata][input][beats][host][ip]")
    private static let peerName = FieldReference("[@metadata][tls_peer][subject]")
    private static let schemaPeerName = FieldReference("[@metadata][input][beats][tls][client][subject]")
    private static let peerStatus = FieldReference("[@metadata][tls_peer][status]")

    private func take(_ bytes: [UInt8], _ moment: Moment, _ step: inout ConversationStep) {
        bytes.withUnsafeBufferPointer { buffer in
            if let document = try? DocumentReader.document(buffer, InputCodec.limits).document {
                return take(document, bytes.count, moment, &step)
            }
            // The sender would send it for ever.
            var event = input.codec.event(message: String(decoding: buffer, as: UTF8.self), now: moment.time)
            event.addTag("_jsonparsefailure")
            finish(&event)
            step.add(event, bytes: bytes.count)
        }
    }

    private func take(_ document: Document, _ bytes: Int, _ moment: Moment, _ step: inout ConversationStep) {
        var document = document
        let name = document[Self.messageName] != nil ? Self.messageName : Self.lineName
        guard let message = document.removeValue(named: name), message != .null else {
            var event = PipelineEvent(document, now: moment.time)
            event[InputCodec.version] = .string("1")
            if settings.addsCodecTag { event.addTag("beats_input_raw_event") }
            finish(&event)
            return step.add(event, bytes: bytes)
        }
        let tag = "beats_input_codec_\(input.codec.kind.rawValue)_applied"
        var text = message.fieldText
        text.withUTF8 { text in
            input.codec.events(text, now: moment.time) { decoded in
                var event = decoded
                // What the sender says beside the message counts more than what the codec found in it.
                let outer = PipelineEvent(document, now: moment.time)
                if document["@timestamp"] != nil { event.timestamp = outer.timestamp }
                for (name, value) in outer.document.members { event[FieldReference(escaping: name)] = value }
                event.metadata = outer.metadata
                if settings.addsCodecTag { event.addTag(tag) }
                finish(&event)
                step.add(event, bytes: bytes)
            }
        }
    }

    private func finish(_ event: inout PipelineEvent) {
        if settings.addsSource, let peer {
            event[input.usesSchema ? Self.schemaAddress : Self.address] = .string(peer.host)
        }
        if settings.addsPeerName {
            let name = peer?.certifiedName
            event[Self.peerStatus] =
                input.usesSchema ? .boolean(name != nil) : .string(name == nil ? "unverified" : "verified")
            if let name { event[input.usesSchema ? Self.schemaPeerName : Self.peerName] = .string(name) }
        }
        input.decoration.apply(to: &event)
    }

    // MARK: Acknowledgements

    private func frame(_ sequence: UInt32) -> [UInt8] {
        [decoder.version, UInt8(ascii: "A")] + withUnsafeBytes(of: sequence.bigEndian) { Array($0) }
    }

    func stored(_ mark: Int) -> [UInt8] {
        guard let acknowledgement = steps.removeValue(forKey: mark) else { return [] }
        if !acknowledgement.ends.isEmpty {
            storedPart = nil
            secondsOfSilence = 0
        }
        if let part = acknowledgement.part { storedPart = part }
        return acknowledgement.ends.flatMap(frame)
    }

    func tick(_ step: inout ConversationStep, _ moment: Moment, isStoring: Bool) {
        if isStoring {
            secondsOfSilence += 1
            guard secondsOfSilence >= Self.silenceMax else { return }
            // Zero tells a sender to go on waiting.
            step.replies += frame(storedPart ?? 0)
        } else if let part = storedPart, part != toldPart {
            // A window may end early: what is stored of it is told.
            toldPart = part
            step.replies += frame(part)
        }
        secondsOfSilence = 0
    }
}
