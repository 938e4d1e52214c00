internal import ConfigText
internal import Foundation
internal import Transfers

/// An alert for OpsGenie: https://docs.opsgenie.com/docs/alert-api#create-alert
struct OpsGenieAlert: Encodable, Sendable {
    struct Responder: Encodable, Sendable {
        let id: String?
        let name: String?
        let username: String?
        let type: String
    }

    let alias: String
    let message: String
    let description: String
    let details: [String: String]
    let source: String?
    let responders: [Responder]?
    let tags: [String]?
    let note: String?
    let priority: String?
    let entity: String?
    let actions: [String]?

    /// OpsGenie refuses a longer one.
    private static let messageLengthMax = 130
    private static let descriptionLengthMax = 15_000
    /// Of all details together.
    private static let detailsLengthMax = 8_000
    /// Of a tag or an action.
    private static let itemLengthMax = 50

    init(_ config: OpsGenieConfig, _ text: NotificationText) {
        alias = text.groupName
        message = NotificationText.cut(text.line(config.message, "message"), to: Self.messageLengthMax)
        description = text.fitted(Self.descriptionLengthMax, \String.unicodeScalars.count) { text in
            text.body(config.description, "description")
        }
        var details = text.data.commonLabels
        for (name, value) in config.details { details[name] = text.optional(value, name) }
        self.details = Self.fitted(details)
        source = text.optional(config.source, "source").map { NotificationText.cut($0, to: 100) }
        var responders: [Responder] = []
        for responder in config.responders.prefix(50) where !text.isPlain {
            let kind = (text.optional(responder.type, "type") ?? "").lowercased()
            if kind.isEmpty { continue }
            responders.append(
                Responder(
                    id: text.optional(responder.id, "id"), name: text.optional(responder.name, "name"),
                    username: text.optional(responder.username, "username"), type: kind == "teams" ? "team" : kind))
        }
        self.responders = responders.isEmpty ? nil : responders
        tags = Self.list(text.optional(config.tags, "tags"), countMax: 20)
        note = text.optional(config.note, "note").map { NotificationText.cut($0, to: 25_000) }
        priority = text.optional(config.priority, "priority")
        entity = text.optional(config.entity, "entity").map { NotificationText.cut($0, to: 512) }
        actions = Self.list(text.optional(config.actions, "actions"), countMax: 10)
    }

    private static func list(_ text: String?, countMax: Int) -> [String]? {
        let items = (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }.prefix(countMax).map { NotificationText.cut($0, to: itemLengthMax) }
        return items.isEmpty ? nil : items
    }

    /// As many details as OpsGenie takes, in the order of their names.
    private static func fitted(_ details: [String: String]) -> [String: String] {
        var length = 0
        var kept: [String: String] = [:]
        for (name, value) in details.sorted(by: { $0.key < $1.key }) {
            let short = NotificationText.cut(value, to: 1_000)
            length += name.unicodeScalars.count + short.unicodeScalars.count
            if length <= detailsLengthMax { kept[name] = short }
        }
        return kept
    }
}

struct OpsGenieIntegration: Integration {
    let config: OpsGenieConfig

    let kind = "opsgenie"
    var sendsResolved: Bool { config.sendResolved }
    let destination = "OpsGenie"
    var templates: [Located<String>] { config.templates.map { Located($0, at: config.position) } }

    /// The requests of one notification, to be sent in their order.
    static func posts(_ config: OpsGenieConfig, _ text: NotificationText) throws -> [WebPost] {
        let key = try config.key.read()
        let headers = [("Authorization", "GenieKey \(key)")]
        let base = (config.url.hasSuffix("/") ? config.url : config.url + "/") + "v2/alerts"
        let alert = OpsGenieAlert(config, text)
        func post(_ body: some Encodable, _ path: String, method: String = "POST") throws -> WebPost {
            try .json(body, to: base + path, method: method, headers: headers, client: config.http, secrets: [key])
        }
        let named = "/\(alert.alias)/"
        if !text.isFiring {
            return [try post(["source": alert.source ?? ""], named + "close?identifierType=alias")]
        }
        var posts = [try post(alert, "")]
        if config.updatesAlerts {
            posts.append(
                try post(["message": alert.message], named + "message?identifierType=alias", method: "PUT"))
            posts.append(
                try post(
                    ["description": alert.description], named + "description?identifierType=alias",
                    method: "PUT"))
        }
        return posts
    }

    func send(_ text: NotificationText, by courier: Courier) async throws -> DeliveryAttempt {
        var last = DeliveryAttempt.recorded
        for post in try Self.posts(config, text) {
            last = await courier.send(post, judge: Self.refusal)
            guard case .sent = last else { break }
        }
        return last
    }

    /// `{"message": …, "errors": …}` in place of `{"result": …}`: https://docs.opsgenie.com/docs/response
    static func refusal(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            let result: String?
            let message: String?
            let code: Int?
        }
        guard (200..<300).contains(response.status), let answer: Answer = ServiceRefusal.answer(response),
            answer.result == nil, let message = answer.message
        else { return nil }
        return ServiceRefusal.refused(by: "OpsGenie", code: answer.code ?? 400, message)
    }
}
