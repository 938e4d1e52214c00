internal import Alerting
internal import Foundation
internal import HTTPKit
internal import Model
internal import Patterns
internal import State

/// The messages of Alertmanager's API v2, by its OpenAPI description:
/// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
enum AlertmanagerMessages {
    struct Name: Encodable { let name: String }

    struct SilenceMessage: Encodable {
        struct Status: Encodable { let state: String }

        let id: String
        let status: Status
        let updatedAt: String
        let comment: String
        let createdBy: String
        let endsAt: String
        let matchers: [MatcherMessage]
        let startsAt: String

        init(_ silence: Silence, now: Int64) {
            id = silence.id
            status = Status(state: silence.state(at: now).rawValue)
            updatedAt = Moment.text(silence.updatedAt)
            comment = silence.comment
            createdBy = silence.createdBy
            endsAt = Moment.text(silence.endsAt)
            matchers = silence.matchers.map(MatcherMessage.init)
            startsAt = Moment.text(silence.startsAt)
        }
    }

    struct PostedSilenceMessage: Decodable {
        let id: String?
        let matchers: [MatcherMessage]
        let startsAt: String
        let endsAt: String
        let createdBy: String
        let comment: String

        func silence() throws -> PostedSilence {
            PostedSilence(
                id: id ?? "", matchers: try matchers.map { try $0.matcher() }, startsAt: try Moment.read(startsAt) ?? 0,
                endsAt: try Moment.read(endsAt) ?? 0, createdBy: createdBy, comment: comment)
        }
    }

    struct PostedAlertMessage: Decodable {
        let labels: [String: String]
        let annotations: [String: String]?
        let startsAt: String?
        let endsAt: String?
        let generatorURL: String?

        func alert() throws -> PostedAlert {
            PostedAlert(
                labels: labels, annotations: annotations ?? [:], startsAt: try startsAt.flatMap(Moment.read),
                endsAt: try endsAt.flatMap(Moment.read), generatorURL: generatorURL ?? "")
        }
    }

    struct AlertMessage: Encodable {
        struct Status: Encodable {
            let inhibitedBy: [String]
            let mutedBy: [String]
            let silencedBy: [String]
            let state: String
        }

        let annotations: [String: String]
        let endsAt: String
        let fingerprint: String
        let receivers: [Name]
        let startsAt: String
        let status: Status
        let updatedAt: String
        let generatorURL: String
        let labels: [String: String]

        init(_ alert: RoutedAlert) {
            annotations = alert.annotations
            endsAt = Moment.text(alert.endsAt)
            fingerprint = alert.fingerprint
            receivers = alert.receivers.map(Name.init)
            startsAt = Moment.text(alert.startsAt)
            status = Status(
                inhibitedBy: alert.inhibitedBy, mutedBy: alert.mutedBy, silencedBy: alert.silencedBy,
                state: alert.state.rawValue)
            updatedAt = Moment.text(alert.updatedAt)
            generatorURL = alert.generatorURL
            labels = Dictionary(alert.labels.map { ($0.name, $0.value) }) { $1 }
        }
    }

    struct GroupMessage: Encodable {
        let alerts: [AlertMessage]
        let labels: [String: String]
        let receiver: Name
    }

    struct StatusMessage: Encodable {
        struct Cluster: Encodable {
            let name = ""
            let peers: [String] = []
            let status = "disabled"
        }

        struct Config: Encodable { let original: String }

        struct Version: Encodable {
            let version: String
            let branch = ""
            let buildDate = ""
            let buildUser = ""
            let goVersion = ""
            let revision = ""
        }

        let cluster = Cluster()
        let config: Config
        let uptime: String
        let versionInfo: Version
    }

    /// A moment as RFC 3339.
    enum Moment {
        static func text(_ milliseconds: Int64) -> String {
            // The format cuts off, and a double may lie just under its millisecond.
            Date(timeIntervalSince1970: (Double(milliseconds) + 0.1) / 1_000).formatted(
                .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
        }

        /// `nil` for Go's zero time, which says that there is none.
        static func read(_ text: String) throws -> Int64? {
            if text.isEmpty || text.hasPrefix("0001-01-01") { return nil }
            // Alertmanager takes times without a zone too, as UTC.
            let time = text.drop { $0 != "T" }
            let hasZone = time.hasSuffix("Z") || time.contains { "+-".contains($0) }
            guard !time.isEmpty, let milliseconds = APIParameters.milliseconds(ofTime: hasZone ? text : text + "Z")
            else {
                throw AlertingError(.invalid, "\"\(text)\" is no time; write it as 2026-11-23T12:00:00Z")
            }
            return milliseconds
        }
    }
}
