import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@Suite("Parameters of a request")
struct APIParametersTests {
    /// Answers with what a parameter means.
    private static let client: RouterClient = {
        let router = Routers.make()
        for method in [HTTPRequest.Method.get, .post] {
            router.on(":kind", method: method) { request, context in
                do {
                    let parameters = try await APIParameters(of: request)
                    let read: Any? =
                        switch context.parameters.get("kind") {
                        case "time": try parameters.time("x")
                        case "span": try parameters.span("x")
                        case "limit": try parameters.limit("x")
                        case "flag": try parameters.flag("x")
                        case "required": try parameters.required("x")
                        default: parameters.all("x")
                        }
                    return Response.text(.ok, read.map { "\($0)" } ?? "nothing")
                } catch let error as APIError {
                    return Response.text(error.kind.status, error.message)
                }
            }
        }
        return RouterClient(router)
    }()

    @Test(
        "are read as Prometheus reads them, or refused with the parameter's name",
        arguments: [
            ("time", "1700000000.5", "1700000000500"), ("time", "2026-11-23T12:00:00Z", "1795435200000"),
            ("time", "2026-11-23T12:00:00.123456789Z", "1795435200123"), ("time", "", "nothing"),
            ("time", "soon", nil), ("time", "1e300", nil), ("time", "nan", nil),
            ("span", "15", "15000"), ("span", "1m30s", "90000"), ("span", "0.5", "500"),
            ("span", "0", nil), ("span", "-5", nil), ("span", "1e300", nil), ("span", "inf", nil),
            ("limit", "3", "3"), ("limit", "0", "\(Int.max)"), ("limit", "", "\(Int.max)"), ("limit", "-1", nil),
            ("limit", "3.5", nil), ("limit", "99999999999999999999", nil),
            ("flag", "T", "true"), ("flag", "0", "false"), ("flag", "", "false"), ("flag", "yes", nil),
            ("required", "up", "up"), ("required", "", nil),
        ] as [(String, String, String?)])
    func values(kind: String, value: String, read: String?) async throws {
        let reply = try await Self.client.get("/\(kind)?x=\(value)")
        if let read {
            #expect(reply.status == 200)
            #expect(reply.text == read + "\n")
        } else {
            #expect(reply.status == 400)
            #expect(reply.text.contains("\"x\""))
        }
    }

    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    @Test("come from a form before the address, and only from a form that is posted as one")
    func forms() async throws {
        let body = ByteBuffer(string: "x=form")
        let both = try await Self.client.send(.post, "/all?x=address", headers: Self.form, body: body)
        #expect(both.text == "[\"form\", \"address\"]\n")
        let json = try await Self.client.send(
            .post, "/all?x=address", headers: [.contentType: "application/json"], body: body)
        #expect(json.text == "[\"address\"]\n")
        let read = try await Self.client.get("/all?x=address", headers: Self.form, body: body)
        #expect(read.text == "[\"address\"]\n")
    }

    @Test("a form may be as long as the limit and not longer")
    func formLimit() async throws {
        for (extra, status) in [(0, 200), (1, 400)] {
            let text = "x=" + String(repeating: "a", count: APIParameters.maxFormBytes - 2 + extra)
            let reply = try await Self.client.send(
                .post, "/required", headers: Self.form, body: ByteBuffer(string: text))
            #expect(reply.status == status)
            if status == 400 { #expect(reply.text.contains("send a shorter query")) }
        }
    }
}
