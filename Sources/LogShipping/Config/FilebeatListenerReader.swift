internal import Base
internal import ConfigText
internal import Listening

/// Reads the inputs that take messages from the network: `syslog`, `udp` and `tcp`.
enum FilebeatListenerReader {
    private static let tlsMend = "remove ssl, and have a relay on this host (rsyslog, stunnel) send to 127.0.0.1"

    static func read(
        _ reader: MappingReader, _ kind: FilebeatInput.Kind, _ common: FilebeatReader.Common
    ) -> FilebeatInputReader.Entry? {
        let listening =
            kind == .syslog ? protocols(reader) : listening(reader, kind == .udp ? .udp : .tcp, isSyslog: false)
        let urls = [listening?.url].compactMap(\.self)
        let id = reader.text("id") ?? ""
        var input = FilebeatInput(
            id: id.isEmpty ? FilebeatInput.name(of: kind, paths: urls) : id, kind: kind, position: reader.position,
            paths: urls)
        input.listening = listening
        if kind == .syslog { input.syslog = rule(reader) }
        input.includeLines = FilebeatInputReader.patterns("include_lines", in: reader)
        input.excludeLines = FilebeatInputReader.patterns("exclude_lines", in: reader)
        FilebeatInputReader.readFields(reader, common: common, into: &input)
        var processors = FilebeatProcessorReader(reader.problems)
        input.processors = processors.read(reader.value("processors"))
        input.unknown = processors.unknown
        reader.accepted("publisher_pipeline", "index", "pipeline", "keep_null", "numeric")
        FilebeatReader.warnOfOthers(reader)
        return FilebeatInputReader.Entry(input: input)
    }

    private static func rule(_ reader: MappingReader) -> SyslogRule {
        var rule = SyslogRule()
        rule.addsErrorKey = false
        assign(reader.choice("format", SyslogRule.Format.self), to: &rule.format)
        if let value = reader.value("timezone"), let name = value.text(), name != "Local" {
            rule.zone = LineZone.named(name)
            if rule.zone == nil {
                value.error(
                    "\(value.path) \"\(name)\" is no time zone", mend: "write a name as Asia/Ho_Chi_Minh, or +07:00")
            }
        }
        return rule
    }

    /// `protocol.udp` or `protocol.tcp` of an input `syslog`.
    private static func protocols(_ reader: MappingReader) -> LogListening? {
        var found: [LogListening?] = []
        let isThere = reader.read("protocol") { protocols in
            protocols.read("udp") { found.append(listening($0, .udp, isSyslog: true)) }
            protocols.read("tcp") { found.append(listening($0, .tcp, isSyslog: true)) }
            if protocols.has("unix") {
                protocols.error(
                    "protocol.unix is not done: its messages would be lost",
                    mend: "write protocol.udp with host: 127.0.0.1:514, and have the sender send there")
                found.append(nil)
            }
            FilebeatReader.warnOfOthers(protocols)
        }
        if !isThere || found.isEmpty {
            reader.error("the input has no protocol", mend: "write protocol.udp or protocol.tcp, with host: HOST:PORT")
        } else if found.count > 1 {
            reader.error("the input has two protocols", mend: "write an input for each")
        }
        return found.first ?? nil
    }

    private static func listening(
        _ reader: MappingReader, _ transport: LogListening.Transport, isSyslog: Bool
    ) -> LogListening? {
        let messageBytesMax = FilebeatInputReader.size("max_message_size", in: reader)
        let timeout = FilebeatInputReader.duration("timeout", in: reader)
        let network = reader.choice(
            "network", among: [transport.rawValue, transport.rawValue + "4", transport.rawValue + "6"])
        if network?.last?.isNumber ?? false {
            reader.warn("network is not acted on", mend: "write an address of IPv4 or IPv6 as the host")
        }
        guard var listening = address(reader, transport) else {
            reader.takeOthers()
            return nil
        }
        assign(messageBytesMax, to: &listening.messageBytesMax)
        if transport == .udp {
            listening.messageBytesMax = min(listening.messageBytesMax, 65_535)
            assign(FilebeatInputReader.size("read_buffer", in: reader), to: &listening.receiveBuffer)
        } else {
            if let timeout, timeout > .zero { listening.timeout = timeout }
            if let count = FilebeatInputReader.count("max_connections", in: reader), count > 0 {
                listening.connectionsMax = count
            }
            readFraming(reader, isSyslog: isSyslog, into: &listening)
            refuseTLS(reader)
        }
        if isSyslog { FilebeatReader.warnOfOthers(reader) }
        return listening
    }

    private static func address(_ reader: MappingReader, _ transport: LogListening.Transport) -> LogListening? {
        guard let value = reader.value("host"), let text = value.text() else {
            reader.error("the input has no host", mend: "write host: HOST:PORT, as in 127.0.0.1:514")
            return nil
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else {
            value.error("\(value.path) is \"\(text)\"", mend: "write HOST:PORT, as in 127.0.0.1:514")
            return nil
        }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard isBracketed == host.contains(":") else {
            value.error("\(value.path) is \"\(text)\"", mend: "write an address of IPv6 in brackets, as in [::1]:514")
            return nil
        }
        return LogListening(transport, host: String(host), port: port)
    }

    private static func readFraming(_ reader: MappingReader, isSyslog: Bool, into listening: inout LogListening) {
        let framing = reader.choice("framing", among: ["delimiter", "rfc6587"])
        let delimiter = reader.text("line_delimiter") ?? "\n"
        if delimiter.isEmpty || delimiter.utf8.count > 16 {
            reader.error("line_delimiter has no text, or more than 16 bytes", mend: "write \"\\n\", or leave it out")
        }
        // A message of syslog begins with no digit, so that both ways are told apart.
        let isEither = isSyslog && framing == nil && !reader.has("line_delimiter")
        listening.framing = framing == "rfc6587" || isEither ? .counted : .delimiter(Array(delimiter.utf8))
    }

    private static func refuseTLS(_ reader: MappingReader) {
        guard let value = reader.value("ssl") else { return }
        let isOff =
            value.isMapping
            && value.mapping { ssl -> Bool? in
                ssl.takeOthers()
                return ssl.boolean("enabled") == false
            } == true
        if isOff { return }
        value.error("\(value.path): TLS is not taken here yet, and the messages would be in clear", mend: tlsMend)
    }
}
