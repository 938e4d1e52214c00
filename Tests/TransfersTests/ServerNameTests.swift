import Model
import TestSupport
import Testing
import Transfers

/// A server whose certificate has another name than its address.
@Suite("The name in a server's certificate")
struct ServerNameTests {
    /// Answers with the name that the handshake asked for and the header `Host`, and at `/ca` with its certificate.
    private static let program = """
        import http.server, os, ssl, subprocess, sys, tempfile, threading
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        folder = tempfile.mkdtemp()
        pem, key = folder + '/cert.pem', folder + '/key.pem'
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
            '-days', '2', '-keyout', key, '-out', pem, '-subj', '/CN=exporter.test',
            '-addext', 'subjectAltName=DNS:exporter.test'], check=True, stderr=subprocess.DEVNULL)
        asked = {}
        class H(http.server.BaseHTTPRequestHandler):
            def log_message(self, *a): pass
            def do_GET(self):
                if self.path == '/ca': return self.answer(open(pem, 'rb').read())
                self.answer(('%s %s' % (asked.get('name'), self.headers['Host'])).encode())
            def answer(self, body):
                self.send_response(200); self.send_header('Content-Length', str(len(body)))
                self.end_headers(); self.wfile.write(body)
        s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        context.sni_callback = lambda connection, name, context: asked.update(name=name)
        s.socket = context.wrap_socket(s.socket, server_side=True)
        print(s.server_port, flush=True); s.serve_forever()
        """

    @Test("it is asked for and checked instead of the address's host, and the server sees the address in Host")
    func named() async throws {
        let server = try PythonServer(Self.program)
        let transfers = Transfers()
        let address = "127.0.0.1:\(server.port)"
        func answer(_ path: String, _ change: (inout HTTPClientConfig) -> Void) async throws -> String {
            var client = HTTPClientConfig()
            change(&client)
            let request = HTTPRequest(url: "https://\(address)\(path)", timeout: .seconds(10), client: client)
            return String(decoding: try await transfers.send(request).body, as: UTF8.self)
        }
        let certificate = try await answer("/ca") { $0.insecureSkipVerify = true }
        let folder = try TemporaryDirectory()
        try folder.write("ca.pem", certificate)
        #expect(
            try await answer("/") {
                $0.caFile = folder.path + "/ca.pem"
                $0.serverName = "exporter.test"
            } == "exporter.test \(address)")
        for wrong in [nil, "other.test"] {
            let error = await #expect(throws: TransferError.self) {
                try await answer("/") {
                    $0.caFile = folder.path + "/ca.pem"
                    $0.serverName = wrong
                }
            }
            #expect(error?.kind == .tls)
            #expect(error?.description.contains(address) == true)
        }
    }
}
