package import Listening
import LogDocuments

/// An input of a pipeline that takes events from the network.
package struct PipelineInput: Sendable {
    package enum Kind: Sendable {
        /// Filebeat and its kin, by the Lumberjack protocol.
        case beats(BeatsInput)
        case tcp
        case udp
        case syslog(SyslogInput)
        case http(HTTPInput)
        case gelf(GELFInput)
    }

    /// Names the input in what people are told.
    package let id: String
    /// The id of the pipeline that gets its events.
    package var pipeline = "main"
    package var kind: Kind
    /// Where it listens: by TCP, by UDP, or both.
    package var listenings: [LogListening]
    package var tls: TLSSettings?
    package var codec: InputCodec
    package var decoration: InputDecoration
    /// Whether fields have the names of the Elastic Common Schema.
    package var usesSchema: Bool
    /// After how long a quiet connection is closed; `nil` for never.
    package var idleTimeout: Duration?

    package init(
        id: String, _ kind: Kind, _ listenings: [LogListening], codec: InputCodec,
        decoration: InputDecoration = InputDecoration(), usesSchema: Bool
    ) {
        self.id = id
        self.kind = kind
        self.listenings = listenings
        self.codec = codec
        self.decoration = decoration
        self.usesSchema = usesSchema
    }

    /// The door at which it takes events.
    var door: LogDoors.Door {
        switch kind {
        case .beats: .beats
        case .tcp: .tcp
        case .udp: .udp
        case .syslog: .syslog
        case .http: .http
        case .gelf: .gelf
        }
    }
}

/// `beats`, and `elastic_agent`.
package struct BeatsInput: Sendable {
    /// Whether events say by a tag what read them: `enrich` has `codec_metadata`.
    package var addsCodecTag = true
    /// Whether events say where they came from: `enrich` has `source_metadata`.
    package var addsSource = true
    /// Whether events say whom the sender's certificate names: `enrich` has `ssl_peer_metadata`.
    package var addsPeerName = false

    package init() {}
}

/// `syslog`
package struct SyslogInput: Sendable {
    package var usesLabels = true
    package var facilityLabels = [
        "kernel", "user-level", "mail", "system", "security/authorization", "syslogd", "line printer", "network news",
        "UUCP", "clock", "security/authorization", "FTP", "NTP", "log audit", "log alert", "clock", "local0", "local1",
        "local2", "local3", "local4", "local5", "local6", "local7",
    ]
    package var severityLabels = [
        "Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug",
    ]
    /// The zone of times without one; `nil` for the host's.
    package var timeZone: String?

    package init() {}
}

/// `http`
package struct HTTPInput: Sendable {
    package var user: String?
    package var password: String?
    package var status = 200
    package var answer = "ok"
    /// Codecs by content type.
    package var codecs: [String: InputCodec] = [:]
    package var bodyBytesMax = 32 << 20
    /// Where the address of the sender goes.
    package var hostField: FieldReference
    /// Where the headers of the request go.
    package var headersField: FieldReference
    package var answerHeaders: [(name: String, value: String)] = []

    package init(usesSchema: Bool) {
        hostField = FieldReference(usesSchema ? "[host][ip]" : "host")
        headersField = FieldReference(usesSchema ? "[@metadata][input][http][request][headers]" : "headers")
    }
}

/// `gelf`
package struct GELFInput: Sendable {
    /// Whether the text of a message becomes `message`.
    package var renames = true
    package var stripsUnderscores = true

    package init() {}
}

/// What an input adds to each event: `type`, `tags`, `add_field`.
package struct InputDecoration: Sendable {
    private let type: String?
    private let tags: [Interpolation]
    private let fields: [(FieldName, InterpolatedValue)]

    private static let typeField = FieldReference("type")

    package init(type: String? = nil, tags: [String] = []) { self.init(type: type, tags: tags, fields: []) }

    init(type: String?, tags: [String], fields: [(FieldName, InterpolatedValue)]) {
        self.type = type
        self.tags = tags.map(Interpolation.init)
        self.fields = fields
    }

    func apply(to event: inout PipelineEvent) {
        // One that the sender gave stays.
        if let type, !event.contains(Self.typeField) { event[Self.typeField] = .string(type) }
        for (name, value) in fields { event.add(value.value(event), to: name.reference(event)) }
        for tag in tags { event.addTag(tag.text(for: event)) }
    }
}
