internal import SiteConfig
internal import Transfers

enum EmailIntegration {
    static func send(
        _ text: NoticeText, _ config: EmailConfig, _ transfers: Transfers, timeout: Duration
    ) async -> DeliveryAttempt {
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
        guard let server = server(config, password: password) else {
            return .failed("the smarthost \(config.smarthost) is not host:port; mend smtp_smarthost", mayRetry: false)
        }
        let recipients = content.recipients.filter { Placeholder.reason(address: $0) == nil }
        do throws(TransferError) {
            try await transfers.sendMail(
                MailMessage(from: content.from, recipients: recipients, content: content.bytes), through: server,
                timeout: timeout)
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
