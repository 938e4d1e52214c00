internal import Foundation

/// A message and its envelope.
package struct MailMessage: Sendable {
    package let from: String
    package let recipients: [String]
    /// Headers and body as RFC 5322 has them, with CRLF line ends.
    package let content: [UInt8]

    package init(from: String, recipients: [String], content: [UInt8]) {
        self.from = from
        self.recipients = recipients
        self.content = content
    }
}

/// An SMTP server that takes mail, and how it is talked to.
package struct MailServer: Sendable {
    package let host: String
    package let port: Int
    /// The name given with EHLO.
    package let hello: String
    /// Empty: no login.
    package let username: String
    package let password: String?
    /// On whose behalf the login is, where that is another than who logs in (`authzid` of SASL).
    package let identity: String
    /// Whether a server without STARTTLS is refused.
    package let requireTLS: Bool
    /// TLS from the first byte (port 465).
    package let implicitTLS: Bool
    package let insecureSkipVerify: Bool
    package let caFile: String?
    /// The name that the server's certificate must have, where that is not ``host``.
    package let serverName: String?

    package init(
        host: String, port: Int, hello: String, username: String, password: String?, identity: String = "",
        requireTLS: Bool, implicitTLS: Bool, insecureSkipVerify: Bool, caFile: String?,
        serverName: String? = nil
    ) {
        self.host = host
        self.port = port
        self.hello = hello
        self.username = username
        self.password = password
        self.identity = identity
        self.requireTLS = requireTLS
        self.implicitTLS = implicitTLS
        self.insecureSkipVerify = insecureSkipVerify
        self.caFile = caFile
        self.serverName = serverName
    }

    /// Whether what is sent leaves no host.
    var isOnThisHost: Bool {
        var address = in_addr()
        return host == "localhost" || host == "::1"
            || host.hasPrefix("127.") && inet_pton(AF_INET, host, &address) == 1
    }

    /// Host and port, an IPv6 address in brackets.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    var url: String { "\(implicitTLS ? "smtps" : "smtp")://\(authority)/\(hello)" }

    /// The address with another name for its host.
    func url(host: String) -> String { "\(implicitTLS ? "smtps" : "smtp")://\(host):\(port)/\(hello)" }
}
