internal import Foundation

/// A message and its envelope.
public struct MailMessage: Sendable {
    public let from: String
    public let recipients: [String]
    /// Headers and body as RFC 5322 has them, with CRLF line ends.
    public let content: [UInt8]

    public init(from: String, recipients: [String], content: [UInt8]) {
        self.from = from
        self.recipients = recipients
        self.content = content
    }
}

/// An SMTP server that takes mail, and how it is talked to.
public struct MailServer: Sendable {
    public let host: String
    public let port: Int
    /// The name given with EHLO.
    public let hello: String
    /// Empty: no login.
    public let username: String
    public let password: String?
    /// On whose behalf the login is, where that is another than who logs in (`authzid` of SASL).
    public let identity: String
    /// Whether a server without STARTTLS is refused.
    public let requireTLS: Bool
    /// TLS from the first byte (port 465).
    public let implicitTLS: Bool
    public let insecureSkipVerify: Bool
    public let caFile: String?
    /// The name that the server's certificate must have, where that is not ``host``.
    public let serverName: String?

    public init(
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
