package import Model

/// Events of documents that others send, which come back as they were sent.
extension LogEvent {
    /// The name under which documents have their time.
    package static let timestampName = "@timestamp"

    /// The event of a document.
    /// - Parameters:
    ///   - json: the document as it came.
    ///   - isExact: whether ``Document/write(to:)`` says the same as `json`.
    ///   - timestamp: what the document's `@timestamp` means; where it has none, when it came.
    ///   - index: the index that it was written to.
    ///   - id: the id that its writer gave it.
    package init(
        _ document: Document, json: UnsafeBufferPointer<UInt8>, isExact: Bool, timestamp: Int64, index: String?,
        id: String?
    ) {
        var fields = LogFields()
        fields.reserveCapacity(document.count + 2)
        var rest = document
        let written = rest.removeValue(named: Self.timestampName)
        var isReversible = isExact
        for name in DocumentFields.all where rest.removeValue(named: name) != nil { isReversible = false }
        if !fields.add(rest) { isReversible = false }
        switch written {
        // An empty text stands for none.
        case .array?, .object?, .string("")?: isReversible = false
        default: break
        }
        if !isReversible {
            fields[DocumentFields.source] = .string(String(decoding: json, as: UTF8.self))
        } else if written != .string(DocumentTime.text(timestamp)) {
            fields[DocumentFields.timestamp] = written?.logValue ?? .string("")
        }
        if let index { fields[DocumentFields.index] = .string(index) }
        if let id { fields[DocumentFields.id] = .string(id) }
        self.init(timestamp: timestamp, fields: fields)
    }

    /// The document as it was sent, or what the fields of an event tell that was not sent as one.
    package var source: Document {
        if case .string(let text)? = fields[DocumentFields.source],
            case .object(let document)? = try? DocumentReader.value(text)
        {
            return document
        }
        var document = Document()
        switch fields[DocumentFields.timestamp] {
        case nil: document.append(Self.timestampName, .string(DocumentTime.text(timestamp)))
        case .string("")?: break
        case let written?: document.append(Self.timestampName, DocumentValue(written))
        }
        for (name, value) in fields where !LogFields.isReserved(name) { document.nest(name, DocumentValue(value)) }
        return document
    }

    /// Writes ``source`` as JSON; what was kept as it came, as it came.
    package func writeSource(to bytes: inout [UInt8]) {
        if case .string(let text)? = fields[DocumentFields.source] {
            bytes.append(contentsOf: text.utf8)
        } else {
            source.write(to: &bytes)
        }
    }
}
