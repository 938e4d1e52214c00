import Model
import Testing
import Transfers

/// A server that answers with bytes as they are, so that an answer can end anywhere.
@Suite("Answers that are cut off")
struct CutAnswerTests {
    private static let program = """
        import gzip, os, socketserver, sys, threading
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        page = b''.join(b'frames_total{camera="c%d"} %d\\n' % (i, 1000000 + i * 7919) for i in range(3000))
        packed = gzip.compress(page)
        half = len(page) // 2
        members = gzip.compress(page[:half]) + gzip.compress(page[half:])
        def sized(body, coding='gzip', length=None):
            head = 'HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nConnection: close\\r\\n'
            if coding: head += 'Content-Encoding: %s\\r\\n' % coding
            return (head + 'Content-Length: %d\\r\\n\\r\\n' % (len(body) if length is None else length)).encode() + body
        def chunked(body, end=b'0\\r\\n\\r\\n'):
            head = b'HTTP/1.1 200 OK\\r\\nContent-Encoding: gzip\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n'
            return head + b'%x\\r\\n%s\\r\\n' % (len(body), body) + end
        answers = {
            'whole': sized(packed), 'members': sized(members), 'chunks': chunked(packed), 'plain': sized(page, None),
            'capitals': sized(packed, 'GZIP'), 'identity': sized(page, 'identity'),
            'cut': sized(packed[:len(packed) * 2 // 3]), 'no trailer': sized(packed[:-8]), 'one byte less': sized(packed[:-1]),
            'no byte': sized(b''), 'header alone': sized(packed[:10]),
            'wrong sum': sized(packed[:-8] + b'\\0\\0\\0\\0' + packed[-4:]), 'wrong length': sized(packed[:-4] + b'\\0\\0\\0\\0'),
            'second member cut': sized(members[:-20]), 'more behind it': sized(packed + b'frames_total 1'),
            'shorter than it says': sized(page[:half], None, len(page)), 'no last chunk': chunked(packed, b''),
            'another coding': sized(packed, 'br'),
        }
        class H(socketserver.StreamRequestHandler):
            def handle(self):
                name = self.rfile.readline().split()[1].decode()[1:].replace('_', ' ')
                while self.rfile.readline().strip(): pass
                self.wfile.write(answers[name])
        class S(socketserver.ThreadingTCPServer): daemon_threads = True
        s = S(('127.0.0.1', 0), H)
        print(s.server_address[1], flush=True); s.serve_forever()
        """

    private func answer(_ name: String) async throws -> HTTPResponse {
        let server = try PythonServer(Self.program)
        let path = "/" + name.replacing(" ", with: "_")
        return try await Transfers().send(HTTPRequest(url: server.url(path), timeout: .seconds(10)))
    }

    @Test("a whole answer is taken", arguments: ["whole", "members", "chunks", "plain", "capitals", "identity"])
    func whole(_ name: String) async throws {
        let body = try await answer(name).body
        #expect(body.count { $0 == UInt8(ascii: "\n") } == 3_000)
        #expect(String(decoding: body.suffix(9), as: UTF8.self) == "24749081\n")
    }

    @Test(
        "an answer that is cut off or damaged is none, wherever that can be known",
        arguments: [
            "cut", "no trailer", "one byte less", "no byte", "header alone", "wrong sum", "wrong length",
            "second member cut", "more behind it", "shorter than it says", "no last chunk", "another coding",
        ])
    func cut(_ name: String) async throws {
        let error = await #expect(throws: TransferError.self) { try await answer(name) }
        #expect(error?.kind == .otherProtocol, "\(String(describing: error))")
    }
}
