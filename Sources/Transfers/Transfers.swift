internal import Base
internal import CCurl
internal import Codecs
internal import Foundation
internal import Model
internal import Synchronization

/// Exchanges with other servers: HTTP requests and mail, all by libcurl on one thread of its own.
///
/// Thousands may be under way at once; connections are kept and used again. Cancelling the waiting task ends
/// its exchange.
package final class Transfers: Sendable {
    private let thread: TransferThread

    package init() { thread = TransferThread.start() }

    deinit { thread.stop() }

    /// Sends a request and waits for the whole answer.
    /// - Throws: ``TransferError`` when there is none; an answer with an error status is an answer.
    package func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        let credentials = try Credentials(of: request.client)
        let named = request.client.serverName.flatMap { NamedServer(url: request.url, name: $0) }
        let response = try await exchange(
            url: request.url, maxResponseBytes: request.maxResponseBytes
        ) { exchange in
            exchange.set(CURLOPT_PROTOCOLS_STR, "http,https")
            exchange.set(CURLOPT_CUSTOMREQUEST, request.method)
            if let body = request.body { exchange.setBody(body) }
            exchange.setTimeout(request.timeout)
            exchange.set(CURLOPT_FOLLOWLOCATION, request.client.followRedirects ? 1 : 0)
            exchange.set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
            exchange.set(CURLOPT_MAXREDIRS, 5)
            var headers = request.headers.map { "\($0.0): \($0.1)" } + credentials.headers
            headers.append("Expect:")
            headers.append("Accept-Encoding: gzip")
            if let named { headers.append("Host: \(named.authority)") }
            if !request.headers.contains(where: { $0.0.lowercased() == "user-agent" }) {
                headers.append("User-Agent: Watchpost")
            }
            exchange.set(CURLOPT_HTTPHEADER, list: headers)
            credentials.apply(to: exchange)
            exchange.setTLS(of: request.client)
            if let named {
                exchange.set(CURLOPT_URL, named.url)
                exchange.set(CURLOPT_CONNECT_TO, list: [named.connectTo])
            }
            exchange.setProxy(of: request.client)
        }
        return try Self.decoded(response, of: request)
    }

    /// The answer with its body decompressed: by us, as libcurl takes a body whose compressed form is cut off for whole.
    private static func decoded(
        _ response: HTTPResponse, of request: HTTPRequest
    ) throws(TransferError) -> HTTPResponse {
        let coding = response.headers["content-encoding"]?.lowercased() ?? ""
        if coding.isEmpty || coding == "identity" { return response }
        // An answer without a body needs none; of a page that was asked for, no byte is a cut as any other.
        if response.body.isEmpty, request.method != "GET" || response.status != 200 { return response }
        guard ["gzip", "x-gzip", "deflate"].contains(coding) else {
            throw TransferError(
                .otherProtocol,
                "cannot read the answer of \(request.url): its encoding is \"\(coding)\", and gzip was asked for")
        }
        do throws(GzipError) {
            let body = try Gzip.decompress(response.body, limit: request.maxResponseBytes)
            return HTTPResponse(status: response.status, headers: response.headers, body: body)
        } catch {
            let limit = "the answer is longer than the limit of \(request.maxResponseBytes) bytes"
            throw error.code == .tooLarge
                ? TransferError(.tooLarge, "cannot reach \(request.url): \(limit)")
                : TransferError(.otherProtocol, "cannot read the answer of \(request.url): \(error.reason)")
        }
    }

    /// Hands `message` to a mail server: STARTTLS where the server offers it, login where a username is given. A
    /// password goes to another host over TLS or not at all.
    package func sendMail(
        _ message: MailMessage, through server: MailServer, timeout: Duration
    ) async throws(TransferError) {
        _ = try await exchange(url: server.url, maxResponseBytes: 1 << 16) { exchange in
            exchange.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
            exchange.setTimeout(timeout)
            exchange.set(CURLOPT_MAIL_FROM, "<\(message.from)>")
            exchange.set(CURLOPT_MAIL_RCPT, list: message.recipients.map { "<\($0)>" })
            let needsTLS = server.requireTLS || (!server.username.isEmpty && !server.isOnThisHost)
            exchange.set(CURLOPT_USE_SSL, Int((needsTLS ? CURLUSESSL_ALL : CURLUSESSL_TRY).rawValue))
            if !server.username.isEmpty {
                exchange.set(CURLOPT_USERNAME, server.username)
                exchange.set(CURLOPT_PASSWORD, server.password ?? "")
                if !server.identity.isEmpty { exchange.set(CURLOPT_SASL_AUTHZID, server.identity) }
            }
            if let name = server.serverName {
                let named = NamedServer(of: server, name: name)
                exchange.set(CURLOPT_URL, named.url)
                exchange.set(CURLOPT_CONNECT_TO, list: [named.connectTo])
            }
            if let caFile = server.caFile { exchange.set(CURLOPT_CAINFO, caFile) }
            if server.insecureSkipVerify { exchange.skipVerification() }
            exchange.set(CURLOPT_NOPROXY, "*")
            exchange.setUpload(message.content)
        }
    }

    private func exchange(
        url: String, maxResponseBytes: Int, prepare: (Exchange) -> Void
    ) async throws(TransferError) -> HTTPResponse {
        let id = thread.nextID()
        let outcome: Exchange.Outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answered = Atomic(false)
                // libcurl finishes an exchange once; the flag keeps a late cancellation from answering twice.
                let finish: @Sendable (Exchange.Outcome) -> Void = { outcome in
                    if !answered.exchange(true, ordering: .relaxed) { continuation.resume(returning: outcome) }
                }
                do throws(TransferError) {
                    let exchange = try Exchange(id: id, url: url, maxResponseBytes: maxResponseBytes, finish: finish)
                    prepare(exchange)
                    thread.submit(exchange)
                    // A cancellation that came before the thread knew the exchange went unheard.
                    if Task.isCancelled { thread.cancel(id) }
                } catch {
                    finish(.failure(error))
                }
            }
        } onCancel: {
            thread.cancel(id)
        }
        return try outcome.get()
    }
}

/// The credentials of a request, read from their files at the moment of use.
private struct Credentials {
    let headers: [String]
    private let basic: (username: String, password: String)?

    init(of client: HTTPClientConfig) throws(TransferError) {
        headers =
            try client.authorization.map { secret throws(TransferError) in
                ["Authorization: \(client.authorizationType) \(try Self.read(secret))"]
            } ?? []
        basic = try client.basicAuth.map { auth throws(TransferError) in
            (auth.username, try Self.read(auth.password))
        }
    }

    func apply(to exchange: Exchange) {
        guard let basic else { return }
        exchange.set(CURLOPT_HTTPAUTH, Int(basicAuthentication))
        exchange.set(CURLOPT_USERNAME, basic.username)
        exchange.set(CURLOPT_PASSWORD, basic.password)
    }

    private static func read(_ secret: Secret) throws(TransferError) -> String {
        do {
            return try secret.read()
        } catch {
            throw TransferError(.invalid, "\(error)")
        }
    }
}

/// `CURLAUTH_BASIC`, whose macro has a cast that Swift does not import.
private let basicAuthentication = 1

extension Exchange {
    func setTLS(of client: HTTPClientConfig) {
        if let file = client.caFile { set(CURLOPT_CAINFO, file) }
        if let file = client.certFile { set(CURLOPT_SSLCERT, file) }
        if let file = client.keyFile { set(CURLOPT_SSLKEY, file) }
        if client.insecureSkipVerify { skipVerification() }
    }

    /// The proxy that is written, the environment's where that is said, else none: libcurl by itself would take the
    /// environment's.
    func setProxy(of client: HTTPClientConfig) {
        if client.proxyFromEnvironment {
            // What is on this host is reached directly, as Go's clients do.
            let environment = ProcessInfo.processInfo.environment
            let listed = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
            set(CURLOPT_NOPROXY, listed == "*" ? "*" : "localhost,127.0.0.0/8,::1,\(listed)")
            return
        }
        set(CURLOPT_PROXY, client.proxyURL ?? "")
        set(CURLOPT_NOPROXY, client.noProxy ?? "")
    }

    func skipVerification() {
        set(CURLOPT_SSL_VERIFYPEER, 0)
        set(CURLOPT_SSL_VERIFYHOST, 0)
    }
}
