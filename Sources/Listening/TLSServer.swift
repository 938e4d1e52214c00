internal import CTLS
internal import Foundation

/// How a listening socket proves who it is, and whom it lets in.
package struct TLSSettings: Sendable, Hashable {
    /// What is asked of clients, as Logstash names it.
    package enum Clients: String, Sendable, CaseIterable {
        case anyone = "none"
        /// A certificate that is sent must be of one of the authorities.
        case checked = "optional"
        /// A certificate must be sent, too.
        case known = "required"
    }

    /// Paths of files of PEM.
    package var certificate: String
    package var key: String
    package var passphrase: String?
    package var authorities: [String] = []
    package var clients = Clients.anyone

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// The certificate and key of a listening socket, read from their files.
package final class TLSServer {
    let handle: OpaquePointer

    /// - Throws: ``ListenFailure`` with the file that cannot be used.
    package init(_ settings: TLSSettings, _ listening: LogListening) throws(ListenFailure) {
        for path in [settings.certificate, settings.key] + settings.authorities
        where !FileManager.default.isReadableFile(atPath: path) {
            throw ListenFailure(listening, "\(path) cannot be read; write the path of a file of PEM")
        }
        guard let handle = wp_tls_server(settings.certificate, settings.key, settings.passphrase) else {
            throw ListenFailure(
                listening,
                "\(settings.certificate) and \(settings.key) are no certificate and its key in PEM (\(Self.reason))")
        }
        self.handle = handle
        for path in settings.authorities where wp_tls_server_trust(handle, path) != 0 {
            let reason = Self.reason
            throw ListenFailure(listening, "\(path) has no certificates of authorities in PEM (\(reason))")
        }
        switch settings.clients {
        case .anyone: wp_tls_server_ask(handle, WP_TLS_ANYONE)
        case .checked: wp_tls_server_ask(handle, WP_TLS_CHECKED)
        case .known: wp_tls_server_ask(handle, WP_TLS_KNOWN)
        }
    }

    deinit { wp_tls_server_free(handle) }

    /// Why the last step failed, in words.
    static var reason: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 200) { text in
            guard let base = text.baseAddress else { return "" }
            wp_tls_reason(base, Int32(text.count))
            return String(cString: base)
        }
    }
}
