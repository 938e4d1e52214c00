internal import CCurl
internal import Model

/// Why an exchange with another server did not come about.
package struct TransferError: Error, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable {
        case dns
        case refused
        case timeout
        case tls
        /// The answer is longer than the request allows.
        case tooLarge
        /// The server refused the login.
        case auth
        /// The server refused the message or spoke out of turn.
        case otherProtocol = "protocol"
        case cancelled
        /// The request itself cannot be made: a malformed address, an unreadable credentials file.
        case invalid
        case other
    }

    package let kind: Kind
    /// The server's last status, where one was received (SMTP: 550).
    package let status: Int?
    private let detail: String

    package init(_ kind: Kind, _ detail: String, status: Int? = nil) {
        self.kind = kind
        self.status = status
        self.detail = Redaction.urls(in: detail)
    }

    package var description: String { detail }

    init(code: CURLcode, detail: String, url: String, status: Int) {
        let reason = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        self.init(
            Self.kind(of: code), "cannot reach \(url): \(reason)", status: status == 0 ? nil : status)
    }

    private static func kind(of code: CURLcode) -> Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns
        case CURLE_COULDNT_CONNECT: .refused
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM:
            .tls
        case CURLE_WRITE_ERROR, CURLE_FILESIZE_EXCEEDED: .tooLarge
        case CURLE_LOGIN_DENIED: .auth
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY,
            CURLE_BAD_CONTENT_ENCODING:
            .otherProtocol
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalid
        default: .other
        }
    }
}
