internal import ConfigText
internal import Transfers

struct EmailIntegration: Integration {
    let config: EmailConfig

    let kind = "email"
    var sendsResolved: Bool { config.sendResolved }
    var destination: String { "mail to \(config.to)" }
    var templates: [Located<String>] {
        ([config.to, config.from, config.html, config.text] + config.headers.values).map {
            Located($0, at: config.position)
        }
    }

    func send(_ text: NotificationText, by courier: Courier) async -> DeliveryAttempt {
        if let reason = Placeholder.reason(host: config.smarthost) { return .notConfigured(reason) }
        let content: MailContent
        let password: String?
        do {
            content = try MailContent(config, text)
            // Placeholders are known before the password's file is needed.
            if let reason = content.recipients.lazy.compactMap(Placeholder.reason(address:)).first,
                content.recipients.allSatisfy({ Placeholder.reason(address: $0) != nil })
            {
                return .notConfigured(reason)
            }
            password = try config.authPassword?.read()
        } catch {
            return .failed("\(error)", mayRetry: false)
        }
        guard let server = Self.server(config, password: password) else {
            return .failed("the smarthost \(config.smarthost) is not host:port; mend smtp_smarthost", mayRetry: false)
        }
        let recipients = content.recipients.filter { Placeholder.reason(address: $0) == nil }
        do throws(TransferError) {
            try await courier.transfers.sendMail(
                MailMessage(from: content.from, recipients: recipients, content: content.bytes), through: server,
                timeout: courier.timeout)
            return .sent("the mail server took it for \(recipients.joined(separator: ", "))")
        } catch {
            return DeliveryAttempt(error, hiding: password.map { [$0] } ?? [])
        }
    }

    static func server(_ config: EmailConfig, password: String?) -> MailServer? {
        guard let colon = config.smarthost.lastIndex(of: ":"),
            let port = UInt16(config.smarthost[config.smarthost.index(after: colon)...])
        else { return nil }
        var host = String(config.smarthost[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        return MailServer(
            host: host, port: Int(port), hello: config.hello, username: config.authUsername, password: password,
            identity: config.authIdentity, requireTLS: config.requireTLS,
            implicitTLS: config.implicitTLS ?? (port == 465),
            insecureSkipVerify: config.insecureSkipVerify, caFile: config.caFile,
            serverName: config.serverName)
    }
}
