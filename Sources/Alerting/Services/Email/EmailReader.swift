internal import ConfigText
internal import Model

extension Service {
    static let email = Service(
        "email_configs", global: EmailGlobal.self, secretKeys: ["auth_secret", "smtp_auth_secret"],
        templates: EmailTemplates.all, read: EmailReader.read)
}

/// What `global` says for mails.
struct EmailGlobal: ServiceGlobal {
    var from = ""
    var hello = "localhost"
    var server = ""
    var username = ""
    var password: Secret?
    var identity = ""
    var requireTLS = true
    var implicitTLS: Bool?
    var tls = HTTPClientConfig()

    init() {}

    init(_ reader: MappingReader) {
        assign(reader.text("smtp_from"), to: &from)
        if let hello = reader.text("smtp_hello"), !hello.isEmpty { self.hello = hello }
        assign(EmailReader.server("smtp_smarthost", in: reader), to: &server)
        assign(reader.text("smtp_auth_username"), to: &username)
        password = reader.secret("smtp_auth_password", file: "smtp_auth_password_file")
        EmailReader.refuseSharedSecret("smtp_auth_secret", in: reader)
        assign(reader.text("smtp_auth_identity"), to: &identity)
        assign(reader.boolean("smtp_require_tls"), to: &requireTLS)
        assign(reader.boolean("smtp_force_implicit_tls"), to: &implicitTLS)
        assign(reader.mapping("smtp_tls_config", HTTPClientReader.tls), to: &tls)
    }
}

/// Reads an entry of `email_configs`.
enum EmailReader {
    static func read(_ reader: MappingReader, _ global: AlertmanagerGlobal) -> EmailIntegration? {
        let shared = global[EmailGlobal.self]
        let to = reader.required("to", mend: "write to: an address")
        let from = reader.text("from") ?? shared.from
        let server = self.server("smarthost", in: reader) ?? shared.server
        if from.isEmpty {
            reader.error("the mail has no sender", mend: "write from here, or smtp_from in global")
        }
        if server.isEmpty, !reader.has("smarthost") {
            reader.error("the mail has no server", mend: "write smarthost here, or smtp_smarthost in global")
        }
        var email = EmailConfig(position: reader.position, to: to?.value ?? "", from: from, smarthost: server)
        reader.sendResolved(kind: "mail", into: &email.sendResolved)
        email.hello = reader.text("hello").flatMap { $0.isEmpty ? nil : $0 } ?? shared.hello
        email.authUsername = reader.text("auth_username") ?? shared.username
        email.authPassword = reader.secret("auth_password", file: "auth_password_file") ?? shared.password
        refuseSharedSecret("auth_secret", in: reader)
        email.authIdentity = reader.text("auth_identity") ?? shared.identity
        email.requireTLS = reader.boolean("require_tls") ?? shared.requireTLS
        email.implicitTLS = reader.boolean("force_implicit_tls") ?? shared.implicitTLS
        let tls = reader.mapping("tls_config", HTTPClientReader.tls) ?? shared.tls
        email.caFile = tls.caFile
        email.insecureSkipVerify = tls.insecureSkipVerify
        email.serverName = tls.serverName
        assign(reader.text("html"), to: &email.html)
        assign(reader.text("text"), to: &email.text)
        email.headers = headers(reader)
        reader.notActedOn("threading", because: "mails are not threaded")
        reader.warnOfPlaceholder(to)
        return EmailIntegration(config: email)
    }

    /// A mail server under `key`: host and port.
    static func server(_ key: String, in reader: MappingReader) -> String? {
        guard let value = reader.value(key), let text = value.text(), !text.isEmpty else { return nil }
        let port = text.split(separator: ":", omittingEmptySubsequences: false).last.flatMap { Int($0) }
        guard text.contains(":"), let port, (1...65_535).contains(port) else {
            value.error("\(value.shownPath) is \"\(text)\", without a port", mend: "write HOST:587")
            return nil
        }
        return text
    }

    /// CRAM-MD5 with a secret of its own.
    static func refuseSharedSecret(_ key: String, in reader: MappingReader) {
        if reader.has(key), reader.has("\(key)_file") { reader.bothStand(key, "\(key)_file") }
        reader.notActedOn(key, "\(key)_file", because: "CRAM-MD5 is not spoken", mend: "use the password keys")
    }

    private static func headers(_ reader: MappingReader) -> [String: String] {
        var headers: [String: String] = [:]
        var seen: Set<String> = []
        for (key, value) in reader.textMap("headers") {
            if !seen.insert(key.value.lowercased()).inserted {
                reader.problems.error(
                    at: key.position, "the header \(key.value) stands twice", mend: "keep one; case makes no difference"
                )
            }
            headers[key.value] = value.value
        }
        return headers
    }
}
