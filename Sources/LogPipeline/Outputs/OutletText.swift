import Grok
import LogDocuments

/// An event as an output writes it, by the codec that it names.
struct OutletText: Sendable {
    private enum Form: Sendable {
        case json
        /// The text of an event; without one its time, its host and its message, as Logstash has it.
        case text(Interpolation)
        case pretty(withMetadata: Bool)
    }

    private let form: Form
    private let delimiter: [UInt8]

    /// - Parameter standard: the codec of an output that names none.
    init(_ codec: PluginSyntax?, standard: String) {
        let settings = codec?.settings ?? []
        func text(_ name: String) -> String? { settings.first { $0.name == name }?.value.text }
        let format = Interpolation(text("format") ?? "%{@timestamp} %{[host][name]} %{message}")
        delimiter = Array((text("delimiter") ?? "\n").utf8)
        switch codec?.name ?? standard {
        case "line", "plain": form = .text(format)
        case "rubydebug", "dots": form = .pretty(withMetadata: text("metadata") == "true")
        default: form = .json
        }
    }

    func write(_ event: borrowing PipelineEvent, to bytes: inout [UInt8]) {
        switch form {
        case .json: event.shipped.write(to: &bytes)
        case .text(let format): bytes.append(contentsOf: format.text(for: event).utf8)
        case .pretty(let withMetadata):
            PrettyText.write(withMetadata ? event.printed : event.shipped, to: &bytes)
        }
        bytes.append(contentsOf: delimiter)
    }
}

extension PipelineEvent {
    /// The event over several lines, as `rubydebug` shows it.
    package var shown: String {
        var bytes: [UInt8] = []
        PrettyText.write(printed, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A document over several lines, as `rubydebug` shows it.
enum PrettyText {
    static func write(_ document: Document, to bytes: inout [UInt8]) {
        write(.object(document), depth: 0, to: &bytes)
    }

    private static func write(_ value: DocumentValue, depth: Int, to bytes: inout [UInt8]) {
        func indent(_ depth: Int) { bytes.append(contentsOf: [UInt8](repeating: 32, count: 4 * depth)) }
        switch value {
        case .object(let object) where !object.isEmpty:
            bytes.append(contentsOf: "{\n".utf8)
            let width = object.members.map(\.name.utf8.count).max() ?? 0
            for (place, member) in object.members.enumerated() {
                indent(depth + 1)
                bytes.append(contentsOf: [UInt8](repeating: 32, count: width - member.name.utf8.count))
                Document.write(member.name, to: &bytes)
                bytes.append(contentsOf: " => ".utf8)
                write(member.value, depth: depth + 1, to: &bytes)
                bytes.append(contentsOf: (place + 1 < object.count ? ",\n" : "\n").utf8)
            }
            indent(depth)
            bytes.append(UInt8(ascii: "}"))
        case .array(let values) where !values.isEmpty:
            bytes.append(contentsOf: "[\n".utf8)
            for (place, value) in values.enumerated() {
                indent(depth + 1)
                bytes.append(contentsOf: "[\(place)] ".utf8)
                write(value, depth: depth + 1, to: &bytes)
                bytes.append(contentsOf: (place + 1 < values.count ? ",\n" : "\n").utf8)
            }
            indent(depth)
            bytes.append(UInt8(ascii: "]"))
        default: value.write(to: &bytes)
        }
    }
}
