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
            bytes.append(contentsOf: RubyDebug.text(copy event, showsMetadata: withMetadata).utf8)
        }
        bytes.append(contentsOf: delimiter)
    }
}
