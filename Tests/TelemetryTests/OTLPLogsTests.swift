import Base
import Foundation
import Model
import Testing

@testable import Telemetry

@Suite("OTLP logs")
struct OTLPLogsTests {
    private static let now: Int64 = 1_800_000_000_000

    /// A request in JSON with records of a scope `recorder` of a service.
    private static func request(_ records: String, resource: String = "") -> Data {
        let service = #"{"key":"service.name","value":{"stringValue":"vms"}}"#
        return Data(
            (#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[\#(records)],"scope":{"name":"recorder"}}],"#
                + #""resource":{"attributes":[\#(service)\#(resource.isEmpty ? "" : ",")\#(resource)]}}]}"#).utf8)
    }

    private static func read(_ records: String, resource: String = "") throws -> OTLPLogs {
        try request(records, resource: resource).withUnsafeBytes { try OTLPLogs(json: $0, now: now) }
    }

    @Test("a record's attributes and its resource's are fields under their own names")
    func fields() throws {
        let logs = try Self.read(
            """
            {"timeUnixNano":"1700000000123456789","observedTimeUnixNano":"1700000001000000000","severityNumber":13,
            "severityText":"WARNING","body":{"stringValue":"camera 7 lost rtsp://a:secret@cam"},"attributes":[
            {"key":"camera.id","value":{"intValue":"7"}},{"key":"message","value":{"stringValue":"other"}},
            {"key":"service.name","value":{"stringValue":"mine"}},
            {"key":"http","value":{"kvlistValue":{"values":[{"key":"status","value":{"intValue":"500"}}]}}},
            {"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"},{"doubleValue":1.5}]}}}],
            "traceId":"0AF7651916CD43DD8448EB211C80319C","spanId":"b7ad6b7169203331","eventName":"camera.lost"}
            """, resource: #"{"key":"host.name","value":{"stringValue":"n1"}}"#)
        let event = try #require(logs.events.first)
        #expect(logs.rejected == 0 && event.timestamp == 1_700_000_000_123)
        let expected: [String: LogValue] = [
            "message": .string("camera 7 lost rtsp://xxxxx:xxxxx@cam"), "level": .string("WARN"),
            "log.level": .string("WARNING"), "log.logger": .string("recorder"), "service.name": .string("vms"),
            "host.name": .string("n1"), "camera.id": .integer(7), "attributes.message": .string("other"),
            "attributes.service.name": .string("mine"), "http.status": .integer(500),
            "list": .array([.string("a"), .double(1.5)]), "trace.id": .string("0af7651916cd43dd8448eb211c80319c"),
            "span.id": .string("b7ad6b7169203331"), "event.action": .string("camera.lost"),
            "event.created": .string("2023-11-14T22:13:21.000Z"),
        ]
        #expect(Dictionary(event.fields.map { ($0.key, $0.value) }) { $1 } == expected)
    }

    @Test(
        "a severity has its level, by number or name",
        arguments: [
            ("1", "TRACE"), ("8", "DEBUG"), ("9", "INFO"), ("16", "WARN"), ("17", "ERROR"), ("24", "FATAL"), ("0", nil),
            ("25", nil), ("\"SEVERITY_NUMBER_ERROR3\"", "ERROR"), ("\"SEVERITY_NUMBER_UNSPECIFIED\"", nil),
            ("99999999999999999999", nil),
        ] as [(String, String?)])
    func severities(number: String, level: String?) throws {
        let event = try Self.read(#"{"severityNumber":\#(number),"body":{"stringValue":"x"}}"#).events.first
        #expect(event?.fields["level"] == level.map { .string($0) })
    }

    @Test(
        "a body that is no text is there as JSON, and a record without a time has the one of its observation, or now",
        arguments: [
            (#""body":{"intValue":"5"},"observedTimeUnixNano":"7000000""#, "5", 7),
            (#""body":{"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}}]}}"#, #"{"a":true}"#, now),
            (#""body":{"arrayValue":{"values":[{"stringValue":"x"}]}},"timeUnixNano":"1000000""#, #"["x"]"#, 1),
            (#""eventName":"started""#, "started", now), (#""body":{}"#, "", now),
        ] as [(String, String, Int64)])
    func bodies(record: String, message: String, time: Int64) throws {
        let event = try Self.read("{\(record)}").events.first
        #expect(event?.message == message && event?.timestamp == time)
    }

    @Test("protobuf gives the same events")
    func protobuf() throws {
        var record: [UInt8] = [1 << 3 | 1]
        withUnsafeBytes(of: UInt64(1_700_000_000_123_000_000).littleEndian) { record += $0 }
        record += [2 << 3, 17]
        Self.add(5, Self.bytes(1, Array("lost".utf8)), to: &record)
        Self.add(6, Self.pair("camera.id", [3 << 3, 7]), to: &record)
        Self.add(9, Array(repeating: 0xab, count: 16), to: &record)
        Self.add(9, [1, 2], to: &record)
        var scope: [UInt8] = []
        Self.add(2, record, to: &scope)
        Self.add(1, Self.bytes(1, Array("recorder".utf8)), to: &scope)
        var resource: [UInt8] = []
        Self.add(2, scope, to: &resource)
        Self.add(1, Self.bytes(1, Self.pair("service.name", Self.bytes(1, Array("vms".utf8)))), to: &resource)
        let logs = try Self.bytes(1, resource).withUnsafeBytes { try OTLPLogs(protobuf: $0, now: Self.now) }
        let json = try Self.read(
            """
            {"timeUnixNano":"1700000000123000000","severityNumber":17,"body":{"stringValue":"lost"},"attributes":[
            {"key":"camera.id","value":{"intValue":"7"}}],"traceId":"\(String(repeating: "ab", count: 16))"}
            """)
        #expect(logs.events == json.events && logs.events.count == 1)
    }

    @Test("a record that is too long is left out and told; one cut off, or nested without end, is an error")
    func bounds() throws {
        let long = String(repeating: "x", count: OTLPLogs.messageBytesMax + 1)
        let logs = try Self.read(#"{"body":{"stringValue":"\#(long)"}},{"body":{"stringValue":"short"}}"#)
        #expect(logs.events.map(\.message) == ["short"] && logs.rejected == 1 && logs.reasons.count == 1)
        let nested = (0..<30).reduce("{}") { inner, _ in #"{"arrayValue":{"values":[\#(inner)]}}"# }
        #expect(throws: OTLPError.self) { try Self.read(#"{"body":\#(nested)}"#) }
        #expect(throws: OTLPError.self) { try Self.read("{") }
        var deep = [UInt8]()
        for _ in 0..<30 { deep = Self.bytes(5, Self.bytes(1, deep)) }
        let request = Self.bytes(1, Self.bytes(2, Self.bytes(2, Self.bytes(5, deep))))
        #expect(throws: OTLPError.self) {
            try request.withUnsafeBytes { try OTLPLogs(protobuf: $0, now: Self.now) }
        }
        #expect(throws: OTLPError.self) {
            try request.dropLast().withUnsafeBytes { try OTLPLogs(protobuf: $0, now: Self.now) }
        }
        let many = Self.bytes(
            1,
            Self.bytes(2, Array(repeatElement([2 << 3 | 2, 0] as [UInt8], count: OTLPBudget.valuesMax + 1).joined())))
        #expect(throws: OTLPError.self) { try many.withUnsafeBytes { try OTLPLogs(protobuf: $0, now: Self.now) } }
    }

    private static func add(_ field: UInt8, _ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(field << 3 | 2)
        bytes.appendCounted(content)
    }

    private static func bytes(_ field: UInt8, _ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        add(field, content, to: &bytes)
        return bytes
    }

    private static func pair(_ key: String, _ value: [UInt8]) -> [UInt8] { bytes(1, Array(key.utf8)) + bytes(2, value) }
}
