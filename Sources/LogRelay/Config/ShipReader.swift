package import ConfigText
package import Model

/// Reads `ship` and `ingest` of `watchpost.yml`.
package enum ShipReader {
    /// Where an agent's logs go.
    package static func read(_ reader: MappingReader) -> ShipConfig? {
        let url = HTTPClientReader.url("to", in: reader)
        if url == nil, !reader.has("to") {
            reader.error("ship names no server", mend: "write to: http://SERVER:9900")
        }
        let token = reader.secret("token", file: "token_file")
        let tls = reader.mapping("tls_config", HTTPClientReader.tls)
        let size = self.size(reader)
        guard let url else { return nil }
        var config = ShipConfig(url: url.hasSuffix("/") ? String(url.dropLast()) : url)
        if let tls {
            config.client = tls
            config.client.followRedirects = false
        }
        config.client.authorization = token
        if let size { config.maxSize = size }
        if token != nil, !config.isPrivate {
            reader.problems.warn(
                at: reader.keyPosition("to"), "ship sends its token and all logs over the network as plain text",
                mend: "write https:// with a proxy before the server, or a tunnel's address on this host")
        }
        return config
    }

    /// The token that agents must have; `nil` where none is asked for.
    package static func token(_ reader: MappingReader) -> Secret? {
        let token = reader.secret("token", file: "token_file")
        if token == nil {
            reader.error("ingest has no token_file", mend: "put a token into a file and write its path")
        }
        return token
    }

    private static func size(_ reader: MappingReader) -> Int64? {
        guard let value = reader.value("max_size"), let text = value.text() else { return nil }
        if let bytes = SizeNotation.decimal(text), bytes > 0 { return bytes }
        value.error("\(value.shownPath) is not a size: \"\(text)\"", mend: "write a number and a unit, as in 1GB")
        return nil
    }
}
