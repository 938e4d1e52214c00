internal import Foundation
internal import GoTemplate
internal import SiteConfig
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

    init(_ config: OpsGenieConfig, _ text: NoticeText) throws(TemplateError) {
        alias = text.groupName
        message = NoticeText.cut(try text.expand(config.message, "message"), to: Self.messageLengthMax)
        description = text.body(config.description, "description")
        var details = text.data.commonLabels
        for (name, value) in config.details { details[name] = try text.expand(value, name) }
        self.details = details
        source = try text.optional(config.source, "source")
        var responders: [Responder] = []
        for responder in config.responders {
            let kind = try text.expand(responder.type, "type").lowercased()
            responders.append(
                Responder(
                    id: try text.optional(responder.id, "id"), name: try text.optional(responder.name, "name"),
                    username: try text.optional(responder.username, "username"), type: kind == "teams" ? "team" : kind))
        }
        self.responders = responders.isEmpty ? nil : responders
        tags = Self.list(try text.expand(config.tags, "tags"))
        note = try text.optional(config.note, "note")
        priority = try text.optional(config.priority, "priority")
        entity = try text.optional(config.entity, "entity")
        actions = Self.list(try text.expand(config.actions, "actions"))
    }

    private static func list(_ text: String) -> [String]? {
        let items = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        return items.isEmpty ? nil : items
    }
}

enum OpsGenieIntegration {
    /// The requests of one notice, to be sent in their order.
    static func posts(_ config: OpsGenieConfig, _ text: NoticeText) throws -> [WebPost] {
        let key = try config.key.read()
        let headers = [("Authorization", "GenieKey \(key)")]
        let base = (config.url.hasSuffix("/") ? config.url : config.url + "/") + "v2/alerts"
        let alert = try OpsGenieAlert(config, text)
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
}
