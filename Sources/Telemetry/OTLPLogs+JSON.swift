internal import LogDocuments

extension OTLPLogs {
    /// Reads an `ExportLogsServiceRequest` in JSON: names in camel case, numbers of 64 bits as text.
    /// - Parameter now: the time of records that have none, in milliseconds since the Unix epoch.
    /// - Throws: ``OTLPError`` where the bytes are none, or hold more than ``OTLPBudget`` allows.
    package init(json bytes: UnsafeRawBufferPointer, now: Int64) throws(OTLPError) {
        self.init(now: now)
        let json = JSONSlices(bytes: bytes)
        var budget = OTLPBudget()
        try json.members(try json.top()) { name, list throws(OTLPError) in
            guard name == "resourceLogs" else { return }
            try json.elements(list) { entry throws(OTLPError) in try add(resource: entry, json, &budget) }
        }
    }

    private mutating func add(
        resource entry: Range<Int>, _ json: JSONSlices, _ budget: inout OTLPBudget
    ) throws(OTLPError) {
        // What belongs to all its records may stand behind them.
        var attributes = Document()
        try json.members(entry) { name, place throws(OTLPError) in
            guard name == "resource", let resource = try Self.value(place, json).object else { return }
            attributes = try Self.attributes(resource["attributes"], 0, &budget)
        }
        begin(resource: attributes)
        try json.members(entry) { name, list throws(OTLPError) in
            guard name == "scopeLogs" else { return }
            try json.elements(list) { scope throws(OTLPError) in try add(scope: scope, json, &budget) }
        }
    }

    private mutating func add(
        scope entry: Range<Int>, _ json: JSONSlices, _ budget: inout OTLPBudget
    ) throws(OTLPError) {
        var scope = ""
        try json.members(entry) { name, place throws(OTLPError) in
            guard name == "scope" else { return }
            scope = try Self.value(place, json).object?["name"]?.string ?? ""
        }
        begin(scope: scope)
        try json.members(entry) { name, list throws(OTLPError) in
            guard name == "logRecords" else { return }
            try json.elements(list) { place throws(OTLPError) in
                try budget.takeRecord()
                guard place.count <= 2 * Self.messageBytesMax else {
                    return reject("a record has more than the limit of \(2 * Self.messageBytesMax) bytes")
                }
                guard let record = try Self.value(place, json).object else { return reject("a record is no object") }
                add(try Self.record(record, &budget))
            }
        }
    }

    /// Builds a small part.
    private static func value(_ place: Range<Int>, _ json: JSONSlices) throws(OTLPError) -> DocumentValue {
        guard place.count <= 2 * messageBytesMax else {
            throw OTLPError("a resource or scope has more than the limit of \(2 * messageBytesMax) bytes")
        }
        let bytes = UnsafeRawBufferPointer(rebasing: json.bytes[place])
        do throws(DocumentError) {
            return try bytes.withMemoryRebound(to: UInt8.self) { bytes in
                Result { () throws(DocumentError) in
                    try DocumentReader.value(bytes, .init(depth: 64, values: OTLPBudget.valuesMax))
                }
            }.get()
        } catch { throw OTLPError("\(error) of a record or resource") }
    }

    private static func record(_ object: Document, _ budget: inout OTLPBudget) throws(OTLPError) -> Record {
        var record = Record()
        record.time = whole(object["timeUnixNano"])
        record.observed = whole(object["observedTimeUnixNano"])
        record.severity = severity(object["severityNumber"])
        record.severityText = object["severityText"]?.string ?? ""
        if let body = object["body"]?.object { record.body = try anyValue(body, 0, &budget) }
        record.attributes = try attributes(object["attributes"], 0, &budget)
        record.traceID = id(object["traceId"], digits: 32)
        record.spanID = id(object["spanId"], digits: 16)
        record.eventName = object["eventName"]?.string ?? ""
        return record
    }

    private static func whole(_ value: DocumentValue?) -> UInt64 {
        switch value {
        case .string(let text): UInt64(text) ?? 0
        case .integer(let number): UInt64(exactly: number) ?? 0
        case .number(let number): UInt64(exactly: number) ?? 0
        default: 0
        }
    }

    /// A number, or its name: `SEVERITY_NUMBER_WARN2`.
    private static func severity(_ value: DocumentValue?) -> Int {
        switch value {
        case .integer(let number): return Int(clamping: number)
        case .string(let text):
            let levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
            let name = text.replacing("SEVERITY_NUMBER_", with: "")
            guard let level = levels.firstIndex(where: { name.hasPrefix($0) }) else { return Int(text) ?? 0 }
            let step = Int(name.dropFirst(levels[level].count)) ?? 1
            return (1...4).contains(step) ? level * 4 + step : 0
        default: return 0
        }
    }

    /// Of the length that it must have, or none.
    private static func id(_ value: DocumentValue?, digits: Int) -> String {
        guard let text = value?.string, text.utf8.count == digits, text.allSatisfy(\.isHexDigit) else { return "" }
        return text.lowercased()
    }

    private static func attributes(
        _ list: DocumentValue?, _ depth: Int, _ budget: inout OTLPBudget
    ) throws(OTLPError) -> Document {
        var document = Document()
        guard case .array(let pairs)? = list else { return document }
        try OTLPBudget.checkAttributes(pairs.count)
        try budget.takeAttributes(pairs.count)
        for pair in pairs {
            guard let pair = pair.object, let key = pair["key"]?.string, !key.isEmpty else { continue }
            document[key] = try anyValue(pair["value"]?.object ?? Document(), depth, &budget)
        }
        return document
    }

    private static let depthMax = 20

    private static func anyValue(
        _ value: Document, _ depth: Int, _ budget: inout OTLPBudget
    ) throws(OTLPError) -> DocumentValue {
        guard depth < depthMax else { throw OTLPError("a value is nested more than \(depthMax) deep") }
        guard let (name, content) = value.members.first else { return .null }
        switch name {
        case "stringValue", "boolValue", "bytesValue": return content
        case "intValue": return content.string.flatMap { Int64($0) }.map { .integer($0) } ?? content
        case "doubleValue": return content.string.flatMap { Double($0) }.map { .number($0) } ?? content
        case "arrayValue":
            guard case .array(let values)? = content.object?["values"] else { return .array([]) }
            try OTLPBudget.checkAttributes(values.count)
            try budget.takeAttributes(values.count)
            var items: [DocumentValue] = []
            for value in values { items.append(try anyValue(value.object ?? Document(), depth + 1, &budget)) }
            return .array(items)
        case "kvlistValue": return .object(try attributes(content.object?["values"], depth + 1, &budget))
        default: return .null
        }
    }
}
