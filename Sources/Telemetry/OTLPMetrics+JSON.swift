internal import Base
public import Foundation

extension OTLPMetrics {
    /// Reads an `ExportMetricsServiceRequest` in JSON: names in camel case, numbers of 64 bits as text.
    /// - Throws: ``OTLPError`` where the bytes are none.
    public init(json: Data) throws(OTLPError) {
        guard let top = (try? JSONSerialization.jsonObject(with: json)) as? [String: Any] else {
            throw OTLPError("it is not a JSON object")
        }
        resources = Self.objects(top["resourceMetrics"]).map { entry in
            var resource = Resource()
            resource.attributes = Self.attributes((entry["resource"] as? [String: Any])?["attributes"])
            resource.metrics = Self.objects(entry["scopeMetrics"]).flatMap { Self.objects($0["metrics"]) }.map(
                Self.metric)
            return resource
        }
    }

    private static func objects(_ value: Any?) -> [[String: Any]] {
        ((value as? [Any]) ?? []).compactMap { $0 as? [String: Any] }
    }

    private static func metric(_ entry: [String: Any]) -> Metric {
        var metric = Metric()
        metric.name = entry["name"] as? String ?? ""
        metric.description = entry["description"] as? String ?? ""
        metric.unit = entry["unit"] as? String ?? ""
        let kinds: [(String, Metric.Kind)] = [
            ("gauge", .gauge), ("sum", .sum), ("histogram", .histogram),
            ("exponentialHistogram", .exponentialHistogram), ("summary", .summary),
        ]
        for (key, kind) in kinds {
            guard let content = entry[key] as? [String: Any] else { continue }
            metric.kind = kind
            metric.isMonotonic = content["isMonotonic"] as? Bool ?? false
            metric.temporality = temporality(content["aggregationTemporality"])
            metric.points = objects(content["dataPoints"]).map(point)
        }
        return metric
    }

    private static func temporality(_ value: Any?) -> Int {
        switch value as? String {
        case "AGGREGATION_TEMPORALITY_DELTA": 1
        case "AGGREGATION_TEMPORALITY_CUMULATIVE": 2
        default: Int(number(value) ?? 0)
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
        return point
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
