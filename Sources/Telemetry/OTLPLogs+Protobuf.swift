internal import Base
internal import Foundation
internal import LogDocuments

extension OTLPLogs {
    /// Reads an `ExportLogsServiceRequest`.
    /// - Parameter now: the time of records that have none, in milliseconds since the Unix epoch.
    /// - Throws: ``OTLPError`` where the bytes are none, or hold more than ``OTLPBudget`` allows.
    package init(protobuf bytes: UnsafeRawBufferPointer, now: Int64) throws(OTLPError) {
        self.init(now: now)
        var budget = OTLPBudget()
        try Self.fields(bytes) { field, value throws(OTLPError) in
            if field == 1, case .bytes(let resource) = value { try add(resource: resource, &budget) }
        }
    }

    private static func fields(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (_ field: UInt64, _ value: ProtobufReader.Value) throws(OTLPError) -> Void
    ) throws(OTLPError) {
        var reader = ProtobufReader(bytes)
        while let (field, value) = reader.next() { try body(field, value) }
        if reader.hasFailed { throw OTLPError("it is not a whole protobuf message") }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    private mutating func add(resource bytes: UnsafeRawBufferPointer, _ budget: inout OTLPBudget) throws(OTLPError) {
        // What belongs to all its records may stand behind them.
        var attributes = Document()
        try Self.fields(bytes) { field, value throws(OTLPError) in
            guard field == 1, case .bytes(let resource) = value else { return }
            try Self.fields(resource) { field, value throws(OTLPError) in
                if field == 1, case .bytes(let pair) = value { try Self.add(pair, to: &attributes, 0, &budget) }
            }
        }
        begin(resource: attributes)
        try Self.fields(bytes) { field, value throws(OTLPError) in
            if field == 2, case .bytes(let scope) = value { try add(scope: scope, &budget) }
        }
    }

    private mutating func add(scope bytes: UnsafeRawBufferPointer, _ budget: inout OTLPBudget) throws(OTLPError) {
        var name = ""
        try Self.fields(bytes) { field, value throws(OTLPError) in
            guard field == 1, case .bytes(let scope) = value else { return }
            try Self.fields(scope) { field, value in
                if field == 1, case .bytes(let bytes) = value { name = Self.text(bytes) }
            }
        }
        begin(scope: name)
        try Self.fields(bytes) { field, value throws(OTLPError) in
            guard field == 2, case .bytes(let bytes) = value else { return }
            try budget.takeRecord()
            add(try Self.record(bytes, &budget))
        }
    }

    private static func record(_ bytes: UnsafeRawBufferPointer, _ budget: inout OTLPBudget) throws(OTLPError) -> Record
    {
        var record = Record()
        try fields(bytes) { field, value throws(OTLPError) in
            switch (field, value) {
            case (1, .fixed64(let time)): record.time = time
            case (11, .fixed64(let time)): record.observed = time
            case (2, .varint(let severity)): record.severity = Int(clamping: severity)
            case (3, .bytes(let text)): record.severityText = self.text(text)
            case (5, .bytes(let body)): record.body = try anyValue(body, 0, &budget)
            case (6, .bytes(let pair)): try add(pair, to: &record.attributes, 0, &budget)
            case (9, .bytes(let id)) where id.count == 16: record.traceID = Hexadecimal.text(id)
            case (10, .bytes(let id)) where id.count == 8: record.spanID = Hexadecimal.text(id)
            case (12, .bytes(let name)): record.eventName = text(name)
            default: break
            }
        }
        return record
    }

    private static func add(
        _ pair: UnsafeRawBufferPointer, to document: inout Document, _ depth: Int, _ budget: inout OTLPBudget
    ) throws(OTLPError) {
        var key = ""
        var content = DocumentValue.null
        try fields(pair) { field, value throws(OTLPError) in
            guard case .bytes(let bytes) = value else { return }
            if field == 1 { key = text(bytes) }
            if field == 2 { content = try anyValue(bytes, depth, &budget) }
        }
        try budget.takeAttributes(1)
        if !key.isEmpty { document[key] = content }
        try OTLPBudget.checkAttributes(document.count)
    }

    private static let depthMax = 20

    private static func anyValue(
        _ bytes: UnsafeRawBufferPointer, _ depth: Int, _ budget: inout OTLPBudget
    ) throws(OTLPError) -> DocumentValue {
        guard depth < depthMax else { throw OTLPError("a value is nested more than \(depthMax) deep") }
        var result = DocumentValue.null
        try fields(bytes) { field, value throws(OTLPError) in
            switch (field, value) {
            case (1, .bytes(let content)): result = .string(text(content))
            case (2, .varint(let flag)): result = .boolean(flag != 0)
            case (3, .varint(let number)): result = .integer(Int64(bitPattern: number))
            case (4, .fixed64(let bits)): result = .number(Double(bitPattern: bits))
            case (5, .bytes(let list)):
                var items: [DocumentValue] = []
                try fields(list) { field, value throws(OTLPError) in
                    guard field == 1, case .bytes(let item) = value else { return }
                    try budget.takeAttributes(1)
                    items.append(try anyValue(item, depth + 1, &budget))
                    try OTLPBudget.checkAttributes(items.count)
                }
                result = .array(items)
            case (6, .bytes(let map)):
                var members = Document()
                try fields(map) { field, value throws(OTLPError) in
                    if field == 1, case .bytes(let pair) = value { try add(pair, to: &members, depth + 1, &budget) }
                }
                result = .object(members)
            // As JSON has bytes.
            case (7, .bytes(let content)): result = .string(Data(content).base64EncodedString())
            default: break
            }
        }
        return result
    }
}
