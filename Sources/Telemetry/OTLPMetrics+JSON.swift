internal import Base
package import Foundation

extension OTLPMetrics {
    /// Reads an `ExportMetricsServiceRequest` in JSON: names in camel case, numbers of 64 bits as text.
    /// - Throws: ``OTLPError`` where the bytes are none, or hold more than ``OTLPBudget`` allows.
    package init(json: Data) throws(OTLPError) {
        self = try json.withUnsafeBytes { bytes in
            Result { () throws(OTLPError) in try OTLPMetrics(json: bytes) }
        }.get()
    }

    /// The same, of bytes that the caller keeps alive.
    package init(json bytes: UnsafeRawBufferPointer) throws(OTLPError) {
        resources = try Self.resources(JSONSlices(bytes: bytes))
    }

    private static func resources(_ json: JSONSlices) throws(OTLPError) -> [Resource] {
        var budget = OTLPBudget()
        var resources: [Resource] = []
        try json.members(try json.top()) { name, list throws(OTLPError) in
            guard name == "resourceMetrics" else { return }
            try json.elements(list) { entry throws(OTLPError) in
                let resource = try self.resource(entry, json, &budget)
                if !resource.metrics.isEmpty { resources.append(resource) }
            }
        }
        return resources
    }

    private static func resource(
        _ entry: Range<Int>, _ json: JSONSlices, _ budget: inout OTLPBudget
    ) throws(OTLPError) -> Resource {
        var resource = Resource()
        try json.members(entry) { name, value throws(OTLPError) in
            if name == "resource" {
                let listed = (try json.value(value) as? [String: Any])?["attributes"]
                try budget.takeListed(listed)
                resource.attributes = attributes(listed)
            } else if name == "scopeMetrics" {
                try json.elements(value) { scope throws(OTLPError) in
                    try json.members(scope) { name, value throws(OTLPError) in
                        guard name == "metrics" else { return }
                        try json.elements(value) { entry throws(OTLPError) in
                            let metric = try self.metric(entry, json, &budget)
                            if !metric.points.isEmpty { resource.metrics.append(metric) }
                        }
                    }
                }
            }
        }
        return resource
    }

    private static func objects(_ value: Any?) -> [[String: Any]] {
        ((value as? [Any]) ?? []).compactMap { $0 as? [String: Any] }
    }

    private static let kinds: [String: Metric.Kind] = [
        "gauge": .gauge, "sum": .sum, "histogram": .histogram, "exponentialHistogram": .exponentialHistogram,
        "summary": .summary,
    ]

    private static func metric(
        _ entry: Range<Int>, _ json: JSONSlices, _ budget: inout OTLPBudget
    ) throws(OTLPError) -> Metric {
        var metric = Metric()
        try json.members(entry) { name, value throws(OTLPError) in
            switch name {
            case "name": metric.name = try json.value(value) as? String ?? ""
            case "description": metric.description = try json.value(value) as? String ?? ""
            case "unit": metric.unit = try json.value(value) as? String ?? ""
            default:
                guard let kind = kinds[name] else { return }
                metric.kind = kind
                try json.members(value) { name, value throws(OTLPError) in
                    switch name {
                    case "isMonotonic": metric.isMonotonic = try json.value(value) as? Bool ?? false
                    case "aggregationTemporality": metric.temporality = temporality(try json.value(value))
                    case "dataPoints":
                        try json.elements(value) { place throws(OTLPError) in
                            guard let entry = try json.value(place) as? [String: Any] else { return }
                            try budget.takeListed(entry["attributes"])
                            let point = point(entry)
                            try budget.take(point)
                            metric.points.append(point)
                        }
                    default: break
                    }
                }
            }
        }
        return metric
    }

    private static func temporality(_ value: Any?) -> Int {
        switch value as? String {
        case "AGGREGATION_TEMPORALITY_DELTA": 1
        case "AGGREGATION_TEMPORALITY_CUMULATIVE": 2
        // A number beyond all integers is no temporality.
        default: number(value).flatMap(Int.init(exactly:)) ?? 0
        }
    }

    private static func point(_ entry: [String: Any]) -> Point {
        var point = Point()
        point.attributes = attributes(entry["attributes"])
        point.time = whole(entry["timeUnixNano"])
        point.value = number(entry["asDouble"]) ?? number(entry["asInt"])
        point.count = whole(entry["count"])
        point.sum = number(entry["sum"])
        point.bucketCounts = (entry["bucketCounts"] as? [Any] ?? []).map(whole)
        point.bounds = (entry["explicitBounds"] as? [Any] ?? []).compactMap(number)
        point.quantiles = objects(entry["quantileValues"]).map {
            (number($0["quantile"]) ?? 0, number($0["value"]) ?? 0)
        }
        point.flags = whole(entry["flags"])
        point.exemplars = objects(entry["exemplars"]).map { exemplar in
            OTLPExemplar(
                attributes: attributes(exemplar["filteredAttributes"]), time: whole(exemplar["timeUnixNano"]),
                value: number(exemplar["asDouble"]) ?? number(exemplar["asInt"]) ?? 0,
                traceID: id(exemplar["traceId"], digits: 32), spanID: id(exemplar["spanId"], digits: 16))
        }
        return point
    }

    /// Of the length that it must have, or none.
    private static func id(_ value: Any?, digits: Int) -> String {
        guard let text = value as? String, text.utf8.count == digits, text.allSatisfy(\.isHexDigit) else { return "" }
        return text.lowercased()
    }

    private static func number(_ value: Any?) -> Double? {
        switch value {
        case let number as NSNumber: number.doubleValue
        case "NaN" as String: .nan
        case "Infinity" as String: .infinity
        case "-Infinity" as String: -.infinity
        case let text as String: Double(text)
        default: nil
        }
    }

    private static func whole(_ value: Any?) -> UInt64 {
        switch value {
        case let number as NSNumber: UInt64(exactly: number) ?? 0
        case let text as String: UInt64(text) ?? 0
        default: 0
        }
    }

    private static func attributes(_ value: Any?) -> Attributes {
        Dictionary(
            objects(value).compactMap { pair in
                guard let key = pair["key"] as? String, !key.isEmpty else { return nil }
                return (key, text(pair["value"] as? [String: Any] ?? [:], depth: 0))
            }
        ) { $1 }
    }

    private static func text(_ value: [String: Any], depth: Int) -> String {
        if let text = value["stringValue"] as? String ?? value["bytesValue"] as? String { return text }
        if let flag = value["boolValue"] as? Bool { return flag ? "true" : "false" }
        if let whole = value["intValue"] { return (whole as? String) ?? (whole as? NSNumber)?.stringValue ?? "" }
        if let number = number(value["doubleValue"]) { return FloatText.plain(number) }
        // As the nested values of the other form.
        if let list = value["arrayValue"] as? [String: Any], depth < 20 {
            return "[" + objects(list["values"]).map { "\"\(text($0, depth: depth + 1))\"" }.joined(separator: ",")
                + "]"
        }
        if let map = value["kvlistValue"] as? [String: Any], depth < 20 {
            let members = attributes(map["values"]).sorted { $0.key < $1.key }
            return "{" + members.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",") + "}"
        }
        return ""
    }
}
