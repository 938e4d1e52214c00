package import ConfigText
internal import Model

/// Reads an entry of `gateways` of `watchpost.yml`.
package enum GatewayReader {
    package static func read(_ reader: MappingReader) -> GatewayConfig? {
        let kind = reader.choice("kind", GatewaySettings.Kind.self)
        if !reader.has("kind") {
            let kinds = GatewaySettings.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            reader.error("the gateway has no kind", mend: "write kind, one of \(kinds)")
        }
        let playlist = HTTPClientReader.url("playlist", in: reader)
        if let playlist, !playlist.contains("{camera}") {
            reader.value("playlist")?.error(
                "playlist names no stream", mend: "write {camera} where the stream's name stands")
        }
        if let file = reader.path("url_file") {
            if reader.has("url") { reader.bothStand("url", "url_file") }
            return kind.map { GatewayConfig(kind: $0, url: .file(file), playlist: playlist) }
        }
        guard let url = HTTPClientReader.url("url", in: reader) else {
            if !reader.has("url") { reader.error("the gateway has no url", mend: "write url: http://127.0.0.1:9998") }
            return nil
        }
        if Redaction.urls(in: url) != url {
            reader.value("url")?.warn(
                "url holds a password and leaks with the file", mend: "write url_file, the path of a file")
        }
        return kind.map { GatewayConfig(kind: $0, url: .inline(url), playlist: playlist) }
    }
}
