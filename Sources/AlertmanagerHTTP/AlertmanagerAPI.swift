package import Alerting
internal import Base
internal import Foundation
package import HTTPKit
package import Hummingbird
internal import Model
internal import NIOCore
internal import State

/// Alertmanager's API v2 under `/api/v2`, for amtool, Grafana, and a Prometheus that sends its alerts here.
package struct AlertmanagerAPI: Sendable {
    typealias Messages = AlertmanagerMessages

    private let router: AlertRouter
    private let configuration: @Sendable () -> String
    private let startedAt: Int64
    private let version: String
    private let now: @Sendable () -> Int64

    /// Bytes of a post of alerts, and of a silence.
    private static let alertBytesMax = 32 << 20
    private static let silenceBytesMax = 1 << 20
    private static let alertBounds = JSONBounds(elementsMax: AlertLimits.postedMax, itemsMax: 1_000_000)
    private static let silenceBounds = JSONBounds(itemsMax: 1_000)

    /// The door to a router of alerts.
    /// - Parameters:
    ///   - configuration: `alertmanager.yml` as it stands, without credentials.
    ///   - startedAt: milliseconds since the Unix epoch, as what `now` gives.
    package init(
        router: AlertRouter, configuration: @escaping @Sendable () -> String, startedAt: Int64, version: String,
        now: @escaping @Sendable () -> Int64
    ) {
        self.router = router
        self.configuration = configuration
        self.startedAt = startedAt
        self.version = version
        self.now = now
    }

    /// Adds everything under `/api/v2`.
    package func addRoutes(to router: Router<AppRequestContext>) {
        addStatusRoutes(to: router.group("/api/v2"))
        addAlertRoutes(to: router.group("/api/v2"))
        addSilenceRoutes(to: router.group("/api/v2"))
    }

    private func addStatusRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("status") { _, _ in
            answer {
                Messages.StatusMessage(
                    config: .init(original: configuration()), uptime: Messages.Moment.text(startedAt),
                    versionInfo: .init(version: version))
            }
        }
        group.get("receivers") { _, _ in answer { router.receivers().map(Messages.Name.init) } }
    }

    private func addAlertRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("alerts") { request, _ in
            answer {
                let filter = try AlertFilter(FormFields(request.uri.query ?? ""))
                return router.alerts().filter(filter.shows).map(Messages.AlertMessage.init)
            }
        }
        group.get("alerts/groups") { request, _ in answer { try groups(FormFields(request.uri.query ?? "")) } }
        group.post("alerts") { request, _ in
            await done {
                let posted: [Messages.PostedAlertMessage] = try await Self.body(
                    of: request, bytesMax: Self.alertBytesMax, Self.alertBounds)
                try router.post(posted.map { try $0.alert() })
            }
        }
    }

    private func addSilenceRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("silences") { request, _ in
            answer {
                let matchers = try AlertFilter.matchers(FormFields(request.uri.query ?? ""))
                let time = now()
                return router.silences().filter { silence in
                    matchers.allSatisfy { wanted in Self.names(silence.matchers, wanted) }
                }.map { Messages.SilenceMessage($0, now: time) }
            }
        }
        group.post("silences") { request, _ in
            do {
                let posted: Messages.PostedSilenceMessage = try await Self.body(
                    of: request, bytesMax: Self.silenceBytesMax, Self.silenceBounds)
                return try Self.json(["silenceID": try router.set(try posted.silence())])
            } catch {
                return Self.response(for: error)
            }
        }
        group.get("silence/:id") { _, context in
            answer { Messages.SilenceMessage(try router.silence(try context.parameters.require("id")), now: now()) }
        }
        group.delete("silence/:id") { _, context in
            await done { try router.expire(try context.parameters.require("id")) }
        }
    }

    private func groups(_ fields: FormFields) throws -> [Messages.GroupMessage] {
        let filter = try AlertFilter(fields)
        return router.groups().compactMap { group in
            guard filter.showsReceiver(group.receiver) else { return nil }
            let alerts = group.alerts.filter(filter.shows)
            if alerts.isEmpty { return nil }
            return Messages.GroupMessage(
                alerts: alerts.map(Messages.AlertMessage.init),
                labels: Dictionary(group.labels.map { ($0.name, $0.value) }) { $1 },
                receiver: .init(name: group.receiver))
        }
    }

    /// Whether a silence's matchers are about the label and value that a filter names.
    private static func names(_ matchers: [Matcher], _ wanted: Matcher) -> Bool {
        matchers.contains { $0.name == wanted.name && wanted.matches(Labels([Label($0.name, $0.value)])) }
    }

    // MARK: Answers

    private func answer(_ make: () throws -> some Encodable) -> Response {
        do { return try Self.json(try make()) } catch { return Self.response(for: error) }
    }

    private func done(_ work: () async throws -> Void) async -> Response {
        do {
            try await work()
            return Response(status: .ok)
        } catch {
            return Self.response(for: error)
        }
    }

    private static func body<Message: Decodable>(
        of request: Request, bytesMax: Int, _ bounds: JSONBounds
    ) async throws -> Message {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: bytesMax)
        } catch is NIOTooManyBytesError {
            throw AlertingError(.tooLarge, "the request is longer than the limit of \(bytesMax) bytes")
        }
        do throws(JSONBounds.Excess) {
            try bounds.check(body)
        } catch {
            switch error {
            case .elements: throw AlertLimits.tooMany
            case .items:
                throw AlertingError(
                    .tooLarge, "the request holds more than the limit of \(bounds.itemsMax) items of JSON")
            case .depth: throw AlertingError(.invalid, "cannot read the request: it is nested too deeply")
            }
        }
        do {
            return try JSONDecoder().decode(Message.self, from: Data(body.readableBytesView))
        } catch {
            throw AlertingError(.invalid, "cannot read the request: \(Self.explained(error))")
        }
    }

    private static func explained(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of another type"
        default: "it is not JSON of this form"
        }
    }

    private static func response(for error: any Error) -> Response {
        let status: HTTPResponse.Status =
            switch (error as? AlertingError)?.code {
            case .invalid: .badRequest
            case .notFound: .notFound
            case .tooLarge: .contentTooLarge
            case .storage: .internalServerError
            case nil: error is NIOTooManyBytesError ? .contentTooLarge : .badRequest
            }
        return (try? json("\(error)", status: status)) ?? Response(status: status)
    }

    private static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .json(status, try encoder.encode(value))
    }
}
