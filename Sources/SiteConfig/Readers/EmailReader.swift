internal import ConfigText
internal import Model

/// Reads an entry of `email_configs`.
enum EmailReader {
    static func read(_ reader: MappingReader, global: AlertmanagerGlobal) -> EmailConfig? {
        let to = reader.required("to", mend: "write to: an address")
        let from = reader.text("from") ?? global.mailFrom
        let server = self.server("smarthost", in: reader) ?? global.mailServer
        if from.isEmpty {
            reader.error("the mail has no sender", mend: "write from here, or smtp_from in global")
        }
        if server.isEmpty, !reader.has("smarthost") {
            reader.error("the mail has no server", mend: "write smarthost here, or smtp_smarthost in global")
        }
        var email = EmailConfig(position: reader.position, to: to?.value ?? "", from: from, smarthost: server)
        ReceiverReader.sendResolved(reader, kind: "mail", into: &email.sendResolved)
        email.hello = reader.text("hello").flatMap { $0.isEmpty ? nil : $0 } ?? global.mailHello
        email.authUsername = reader.text("auth_username") ?? global.mailUsername
        email.authPassword = reader.secret("auth_password", file: "auth_password_file") ?? global.mailPassword
        refuseSharedSecret("auth_secret", in: reader)
        email.authIdentity = reader.text("auth_identity") ?? global.mailIdentity
        email.requireTLS = reader.boolean("require_tls") ?? global.mailRequireTLS
        email.implicitTLS = reader.boolean("force_implicit_tls") ?? global.mailImplicitTLS
        let tls = reader.mapping("tls_config", HTTPClientReader.tls) ?? global.mailTLS
        email.caFile = tls.caFile
        email.insecureSkipVerify = tls.insecureSkipVerify
        email.serverName = tls.serverName
        assign(reader.text("html"), to: &email.html)
        assign(reader.text("text"), to: &email.text)
        email.headers = headers(reader)
        reader.notActedOn("threading", because: "mails are not threaded")
        ReceiverReader.warnOfPlaceholder(to, in: reader)
        return email
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
