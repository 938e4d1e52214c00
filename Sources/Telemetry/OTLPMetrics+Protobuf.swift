internal import Base
internal import Model

extension OTLPMetrics {
    /// Reads an `ExportMetricsServiceRequest`.
    /// - Throws: ``OTLPError`` where the bytes are none.
    package init(protobuf bytes: UnsafeRawBufferPointer) throws(OTLPError) {
        var budget = OTLPBudget()
        var resources: [Resource] = []
        try Self.fields(bytes) { field, value throws(OTLPError) in
            guard field == 1, case .bytes(let message) = value else { return }
            let resource = try Self.resource(message, &budget)
            if !resource.metrics.isEmpty { resources.append(resource) }
        }
        self.resources = resources
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

    private static func resource(
        _ bytes: UnsafeRawBufferPointer, _ budget: inout OTLPBudget
    ) throws(OTLPError) -> Resource {
        var resource = Resource()
        try fields(bytes) { field, value throws(OTLPError) in
            guard case .bytes(let message) = value else { return }
            if field == 1 {
                try fields(message) { field, value throws(OTLPError) in
                    if field == 1, case .bytes(let pair) = value { try attribute(pair, into: &resource.attributes) }
                }
                try budget.takeAttributes(resource.attributes.count)
            } else if field == 2 {
                try fields(message) { field, value throws(OTLPError) in
                    guard field == 2, case .bytes(let content) = value else { return }
                    let metric = try self.metric(content, &budget)
                    if !metric.points.isEmpty { resource.metrics.append(metric) }
                }
            }
        }
        return resource
    }

    private static func metric(
        _ bytes: UnsafeRawBufferPointer, _ budget: inout OTLPBudget
    ) throws(OTLPError) -> Metric {
        var metric = Metric()
        try fields(bytes) { field, value throws(OTLPError) in
            guard case .bytes(let content) = value else { return }
            switch field {
            case 1: metric.name = text(content)
            case 2: metric.description = text(content)
            case 3: metric.unit = text(content)
            case 5: try points(.gauge, content, into: &metric, &budget)
            case 7: try points(.sum, content, into: &metric, &budget)
            case 9: try points(.histogram, content, into: &metric, &budget)
            case 10: try points(.exponentialHistogram, content, into: &metric, &budget)
            case 11: try points(.summary, content, into: &metric, &budget)
            default: break
            }
        }
        return metric
    }

    private static func points(
        _ kind: Metric.Kind, _ bytes: UnsafeRawBufferPointer, into metric: inout Metric, _ budget: inout OTLPBudget
    ) throws(OTLPError) {
        metric.kind = kind
        try fields(bytes) { field, value throws(OTLPError) in
            switch (field, value) {
            case (1, .bytes(let content)):
                let point = try self.point(kind, content)
                try budget.take(point)
                try budget.takeAttributes(point.attributes.count)
                metric.points.append(point)
            case (2, .varint(let temporality)): metric.temporality = Int(truncatingIfNeeded: temporality)
            case (3, .varint(let flag)): metric.isMonotonic = flag != 0
            default: break
            }
        }
    }

    private static func point(_ kind: Metric.Kind, _ bytes: UnsafeRawBufferPointer) throws(OTLPError) -> Point {
        var point = Point()
        let isNumber = kind == .gauge || kind == .sum
        try fields(bytes) { field, value throws(OTLPError) in
            switch (field, value) {
            case (3, .fixed64(let time)): point.time = time
            case (4, .fixed64(let bits)):
                if isNumber { point.value = Double(bitPattern: bits) } else { point.count = bits }
            case (6, .fixed64(let bits)) where isNumber: point.value = Double(Int64(bitPattern: bits))
            case (7, .bytes(let pair)) where isNumber || kind == .summary:
                try attribute(pair, into: &point.attributes)
            case (8, .varint(let flags)) where isNumber || kind == .summary: point.flags = flags
            case (5, .bytes(let content)) where isNumber, (8, .bytes(let content)) where kind == .histogram:
                point.exemplars.append(try exemplar(content))
                try OTLPBudget.checkExemplars(point.exemplars.count)
            case (5, .fixed64(let bits)): point.sum = Double(bitPattern: bits)
            case (6, .bytes(let counts)) where kind == .histogram:
                try OTLPBudget.checkValues(point.bucketCounts.count + counts.count / 8)
                point.bucketCounts += packed(counts)
            case (6, .fixed64(let count)) where kind == .histogram: point.bucketCounts.append(count)
            case (7, .bytes(let bounds)) where kind == .histogram:
                try OTLPBudget.checkValues(point.bounds.count + bounds.count / 8)
                point.bounds += packed(bounds).map(Double.init(bitPattern:))
            case (7, .fixed64(let bound)) where kind == .histogram: point.bounds.append(Double(bitPattern: bound))
            case (9, .bytes(let pair)) where kind == .histogram: try attribute(pair, into: &point.attributes)
            case (10, .varint(let flags)) where kind == .histogram: point.flags = flags
            case (6, .bytes(let quantile)) where kind == .summary:
                point.quantiles.append(try self.quantile(quantile))
                try OTLPBudget.checkValues(point.quantiles.count)
            default: break
            }
        }
        return point
    }

    private static func exemplar(_ bytes: UnsafeRawBufferPointer) throws(OTLPError) -> OTLPExemplar {
        var exemplar = OTLPExemplar()
        try fields(bytes) { field, value throws(OTLPError) in
            switch (field, value) {
            case (2, .fixed64(let time)): exemplar.time = time
            case (3, .fixed64(let bits)): exemplar.value = Double(bitPattern: bits)
            case (6, .fixed64(let bits)): exemplar.value = Double(Int64(bitPattern: bits))
            case (4, .bytes(let id)) where id.count <= 8: exemplar.spanID = Hexadecimal.text(id)
            case (5, .bytes(let id)) where id.count <= 16: exemplar.traceID = Hexadecimal.text(id)
            case (7, .bytes(let pair)): try attribute(pair, into: &exemplar.attributes)
            default: break
            }
        }
        return exemplar
    }

    private static func quantile(_ bytes: UnsafeRawBufferPointer) throws(OTLPError) -> (quantile: Double, value: Double)
    {
        var result = (quantile: 0.0, value: 0.0)
        try fields(bytes) { field, value in
            guard case .fixed64(let bits) = value else { return }
            if field == 1 { result.quantile = Double(bitPattern: bits) }
            if field == 2 { result.value = Double(bitPattern: bits) }
        }
        return result
    }

    /// Eight bytes each, the last ones first.
    private static func packed(_ bytes: UnsafeRawBufferPointer) -> [UInt64] {
        stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
        }
    }

    private static func attribute(_ bytes: UnsafeRawBufferPointer, into attributes: inout Attributes) throws(OTLPError)
    {
        var key = ""
        var content = ""
        try fields(bytes) { field, value throws(OTLPError) in
            guard case .bytes(let bytes) = value else { return }
            if field == 1 { key = text(bytes) }
            if field == 2 { content = try anyValue(bytes, depth: 0) }
        }
        if !key.isEmpty { attributes[key] = content }
        try OTLPBudget.checkAttributes(attributes.count)
    }

    private static let depthMax = 20

    /// Lists and maps as JSON.
    private static func anyValue(_ bytes: UnsafeRawBufferPointer, depth: Int) throws(OTLPError) -> String {
        guard depth < depthMax else { throw OTLPError("an attribute is nested more than \(depthMax) deep") }
        var result = ""
        try fields(bytes) { field, value throws(OTLPError) in
            switch (field, value) {
            case (1, .bytes(let content)), (7, .bytes(let content)): result = text(content)
            case (2, .varint(let flag)): result = flag == 0 ? "false" : "true"
            case (3, .varint(let number)): result = String(Int64(bitPattern: number))
            case (4, .fixed64(let bits)): result = FloatText.plain(Double(bitPattern: bits))
            case (5, .bytes(let list)):
                var items: [String] = []
                try fields(list) { field, value throws(OTLPError) in
                    guard field == 1, case .bytes(let item) = value else { return }
                    items.append(try anyValue(item, depth: depth + 1))
                    try OTLPBudget.checkAttributes(items.count)
                }
                result = "[" + items.map { "\"\($0)\"" }.joined(separator: ",") + "]"
            case (6, .bytes(let map)):
                var members: Attributes = [:]
                try fields(map) { field, value throws(OTLPError) in
                    guard field == 1, case .bytes(let pair) = value else { return }
                    try attribute(pair, into: &members)
                }
                let shown = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
                result = "{" + shown.joined(separator: ",") + "}"
            default: break
            }
        }
        return result
    }
}
