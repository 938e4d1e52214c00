internal import ConfigText
internal import Transfers

/// An event for PagerDuty: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
struct PagerDutyEvent: Encodable, Sendable {
    struct Payload: Encodable, Sendable {
        let summary: String
        let source: String
        let severity: String
        let `class`: String?
        let component: String?
        let group: String?
        let customDetails: [String: String]?

        enum CodingKeys: String, CodingKey {
            case summary, source, severity, `class`, component, group
            case customDetails = "custom_details"
        }
    }

    struct Link: Encodable, Sendable {
        let href: String
        let text: String?
    }

    struct Image: Encodable, Sendable {
        let src: String
        let alt: String?
        let href: String?
    }

    let routingKey: String
    let eventAction: String
    let dedupKey: String
    let client: String?
    let clientURL: String?
    let payload: Payload
    let links: [Link]?
    let images: [Image]?

    enum CodingKeys: String, CodingKey {
        case client, payload, links, images
        case routingKey = "routing_key"
        case eventAction = "event_action"
        case dedupKey = "dedup_key"
        case clientURL = "client_url"
    }

    /// PagerDuty refuses a longer one.
    private static let summaryLengthMax = 1_024

    init(_ config: PagerDutyConfig, _ text: NotificationText, key: String) {
        routingKey = key
        eventAction = text.isFiring ? "trigger" : "resolve"
        dedupKey = text.groupName
        client = text.optional(config.client, "client")
        clientURL = text.link(config.clientURL, "client_url")
        var details: [String: String] = [:]
        for (name, value) in config.details where !text.isPlain {
            details[name] = text.body(value, name, saysMore: false)
        }
        let rest = text.data.alerts.count - text.shown
        if text.isPlain {
            details["alerts"] = text.body("", "alerts")
        } else if rest > 0, !details.isEmpty {
            details["not_listed"] = "\(rest) more alerts"
        }
        payload = Payload(
            summary: NotificationText.cut(text.line(config.description, "description"), to: Self.summaryLengthMax),
            source: text.optional(config.source, "source") ?? client ?? "watchpost",
            severity: (text.optional(config.severity, "severity") ?? "error").lowercased(),
            class: text.optional(config.eventClass, "class"),
            component: text.optional(config.component, "component"),
            group: text.optional(config.group, "group"), customDetails: details.isEmpty ? nil : details)
        var links: [Link] = []
        for link in config.links {
            guard let href = text.link(link.href, "href") else { continue }
            links.append(Link(href: href, text: text.optional(link.text, "text")))
        }
        var images: [Image] = []
        for image in config.images {
            guard let source = text.link(image.source, "src") else { continue }
            images.append(
                Image(
                    src: source, alt: text.optional(image.text, "alt"), href: text.link(image.href, "href"))
            )
        }
        self.links = links.isEmpty ? nil : links
        self.images = images.isEmpty ? nil : images
    }
}

/// An event for a service's key, as PagerDuty's first API takes it.
private struct PagerDutyServiceEvent: Encodable {
    let serviceKey: String
    let eventType: String
    let incidentKey: String
    let description: String
    let client: String?
    let clientURL: String?
    let details: [String: String]?

    enum CodingKeys: String, CodingKey {
        case description, client, details
        case serviceKey = "service_key"
        case eventType = "event_type"
        case incidentKey = "incident_key"
        case clientURL = "client_url"
    }

    init(_ event: PagerDutyEvent) {
        serviceKey = event.routingKey
        eventType = event.eventAction
        incidentKey = event.dedupKey
        description = event.payload.summary
        client = event.client
        clientURL = event.clientURL
        details = event.payload.customDetails
    }
}

struct PagerDutyIntegration: Integration {
    let config: PagerDutyConfig

    let kind = "pagerduty"
    var sendsResolved: Bool { config.sendResolved }
    let destination = "PagerDuty"
    var templates: [Located<String>] { config.templates.map { Located($0, at: config.position) } }

    /// Bytes of the whole event, beyond which PagerDuty refuses it.
    private static let sizeMax = 512_000

    static func post(_ config: PagerDutyConfig, _ text: NotificationText) throws -> WebPost {
        let key = try config.key.read()
        return try text.fitted(sizeMax, \WebPost.body.count) { text in
            let event = PagerDutyEvent(config, text, key: key)
            return config.usesVersion1
                ? try .json(PagerDutyServiceEvent(event), to: config.url, client: config.http, secrets: [key])
                : try .json(event, to: config.url, client: config.http, secrets: [key])
        }
    }

    func send(_ text: NotificationText, by courier: Courier) async throws -> DeliveryAttempt {
        await courier.send(try Self.post(config, text), judge: Self.refusal)
    }

    /// `{"status": "invalid event", "message": …}`: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
    static func refusal(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            let status: String
            let message: String?
            let errors: [String]?
        }
        guard (200..<300).contains(response.status), let answer: Answer = ServiceRefusal.answer(response),
            answer.status != "success"
        else { return nil }
        let reason = ([answer.status, answer.message].compactMap { $0 } + (answer.errors ?? [])).joined(separator: ": ")
        return ServiceRefusal.refused(by: "PagerDuty", code: 400, reason)
    }
}
