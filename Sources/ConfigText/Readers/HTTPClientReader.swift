package import Model

/// The keys by which Prometheus and Alertmanager say how an HTTP client presents itself:
/// `basic_auth`, `authorization`, `tls_config`, `proxy_url` and their kin.
package enum HTTPClientReader {
    /// Reads the keys that stand in `reader` itself, among others.
    package static func read(_ reader: MappingReader) -> HTTPClientConfig {
        var client = HTTPClientConfig()
        let hasBasicAuth = reader.has("basic_auth")
        client.basicAuth = reader.mapping("basic_auth", basicAuth)
        let bearer = reader.secret("bearer_token", file: "bearer_token_file")
        let authorization = reader.mapping("authorization", self.authorization)
        if bearer != nil, reader.has("authorization") { reader.bothStand("authorization", "bearer_token") }
        if let authorization {
            client.authorizationType = authorization.type
            client.authorization = authorization.credentials
        }
        assign(bearer, to: &client.authorization)
        if hasBasicAuth, bearer != nil || reader.has("authorization") || reader.has("oauth2") {
            reader.problems.error(
                at: reader.keyPosition("basic_auth"), "\(reader.value.shownPath) logs in in two ways",
                mend: "keep one of basic_auth, authorization, oauth2 and bearer_token")
        }
        reader.notActedOn("oauth2", because: "requests go out without a token", mend: "use authorization with a token")
        assign(reader.boolean("follow_redirects"), to: &client.followRedirects)
        reader.accepted("enable_http2")
        if let tls = reader.mapping("tls_config", tls) {
            client.caFile = tls.caFile
            client.certFile = tls.certFile
            client.keyFile = tls.keyFile
            client.insecureSkipVerify = tls.insecureSkipVerify
            client.serverName = tls.serverName
        }
        proxy(reader, into: &client)
        reader.notActedOn("http_headers", because: "no headers of one's own are sent")
        return client
    }

    private static func proxy(_ reader: MappingReader, into client: inout HTTPClientConfig) {
        client.proxyURL = url("proxy_url", in: reader)
        client.noProxy = reader.text("no_proxy").flatMap { $0.isEmpty ? nil : $0 }
        assign(reader.boolean("proxy_from_environment"), to: &client.proxyFromEnvironment)
        if client.proxyFromEnvironment {
            for key in ["proxy_url", "no_proxy"] where !(reader.text(key) ?? "").isEmpty {
                reader.bothStand(key, "proxy_from_environment")
            }
        } else if client.noProxy != nil, client.proxyURL == nil {
            reader.problems.error(
                at: reader.keyPosition("no_proxy"), "no_proxy stands without proxy_url",
                mend: "write proxy_url, or remove no_proxy")
        }
        reader.notActedOn(
            "proxy_connect_header", because: "no headers of one's own are sent to a proxy",
            mend: "write the proxy's credentials into proxy_url")
    }

    private static func basicAuth(_ reader: MappingReader) -> HTTPClientConfig.BasicAuth? {
        let username = reader.text("username")
        if username != nil, reader.has("username_file") { reader.bothStand("username", "username_file") }
        reader.notActedOn("username_file", because: "names are not read from files", mend: "write username")
        reader.notActedOn(
            "username_ref", "password_ref", because: "there is no secret provider", mend: "use password_file")
        let password = reader.secret("password", file: "password_file")
        return .init(username: username ?? "", password: password ?? .inline(""))
    }

    private static func authorization(_ reader: MappingReader) -> (type: String, credentials: Secret?)? {
        let type = reader.text("type") ?? "Bearer"
        if type.lowercased() == "basic" {
            reader.error("\(reader.path).type is Basic", mend: "use basic_auth")
        }
        reader.notActedOn("credentials_ref", because: "there is no secret provider", mend: "use credentials_file")
        return (type, reader.secret("credentials", file: "credentials_file"))
    }

    /// Reads a `tls_config`; only those fields of the result are set.
    package static func tls(_ reader: MappingReader) -> HTTPClientConfig {
        var client = HTTPClientConfig()
        assign(reader.path("ca_file"), to: &client.caFile)
        assign(reader.path("cert_file"), to: &client.certFile)
        assign(reader.path("key_file"), to: &client.keyFile)
        if let name = reader.value("server_name"), let text = name.text(), !text.isEmpty {
            // It takes the place of the address's host in the handshake.
            if text.contains(where: { "/?#@:[] ".contains($0) }) {
                name.error("\(name.shownPath) is not the name of a host", mend: "write the name in the certificate")
            } else {
                client.serverName = text
            }
        }
        assign(reader.boolean("insecure_skip_verify"), to: &client.insecureSkipVerify)
        for key in ["ca", "cert", "key"] where reader.has(key) && reader.has("\(key)_file") {
            reader.bothStand(key, "\(key)_file")
        }
        reader.notActedOn(
            "ca", "cert", "key", "ca_ref", "cert_ref", "key_ref", because: "certificates are read from files",
            mend: "write ca_file, cert_file and key_file")
        reader.notActedOn("min_version", "max_version", because: "the TLS library chooses the version")
        if (client.certFile == nil) != (client.keyFile == nil), !reader.has("cert"), !reader.has("key") {
            reader.error("\(reader.path) has only one of cert_file and key_file", mend: "write both")
        }
        return client
    }

    /// An address of a web server under `key`.
    package static func url(_ key: String, in reader: MappingReader) -> String? {
        guard let value = reader.value(key), let text = value.text(), !text.isEmpty else { return nil }
        return check(text, value)
    }

    /// `text`, if it is an address of a web server.
    package static func check(_ text: String, _ value: YAMLValue) -> String? {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard text.contains("://"), ["http", "https"].contains(scheme) else {
            value.error("\(value.shownPath) is not an HTTP address", mend: "write http://HOST:PORT/… or https://…")
            return nil
        }
        let host = text.dropFirst(scheme.count + 3).prefix { !"/?#".contains($0) }
        if host.isEmpty {
            value.error("\(value.shownPath) names no host", mend: "write \(scheme)://HOST:PORT/…")
            return nil
        }
        return text
    }
}
