package import Model

/// An alert on the pages, in the API and on the command line.
package struct AlertView: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable { case pending, firing }

    package var name: String
    /// Sixteen hexadecimal digits, as notifications and the alert's page name it; empty for one that is told to nobody.
    package var fingerprint: String
    package var state: State
    /// Names of silences and of alerts that keep it from being sent; empty when it is sent.
    package var suppressedBy: [String]
    /// The same in more words.
    package var heldBy: [AlertHold]
    /// Who looks after it.
    package var acknowledgedBy: String?
    package var severity: String
    package var summary: String
    package var description: String
    package var labels: [String: String]
    /// Since when the condition holds, in milliseconds since the Unix epoch.
    package var activeAt: Int64
    package var value: String

    package init(
        name: String, fingerprint: String, state: State, suppressedBy: [String], severity: String, summary: String,
        description: String,
        labels: [String: String], activeAt: Int64, value: String, heldBy: [AlertHold] = [],
        acknowledgedBy: String? = nil
    ) {
        self.heldBy = heldBy
        self.acknowledgedBy = acknowledgedBy
        self.name = name
        self.fingerprint = fingerprint
        self.state = state
        self.suppressedBy = suppressedBy
        self.severity = severity
        self.summary = summary
        self.description = description
        self.labels = labels
        self.activeAt = activeAt
        self.value = value
    }
}

extension AlertView {
    /// Whether the alert is of this camera. One without `instance`, as of a rule that sums over hosts, is of every camera
    /// with its `camera_id`; one of another node is of that node's alone.
    /// - Parameter nodes: all other hosts that watch cameras.
    package func concerns(_ camera: CameraStatus, nodes: Set<CameraNode>) -> Bool {
        guard labels["camera_id"] == camera.id else { return false }
        guard let instance = labels["instance"], !instance.isEmpty else { return true }
        let node = CameraNode(site: labels["site"] ?? "", instance: instance)
        guard let own = camera.node else {
            // Our own series may be scraped under any name.
            return !nodes.contains { $0.instance == instance && (node.site.isEmpty || $0.site == node.site) }
        }
        return own.instance == instance && (node.site.isEmpty || own.site == node.site)
    }

    /// Whether that the node is gone explains the alert: one of its instance and of none of its cameras. Where only its
    /// agent is dead, what else its host tells is told.
    package func isExplained(by status: NodeStatus) -> Bool {
        let node = status.node
        guard status.isGone, (labels["camera_id"] ?? "").isEmpty, labels["instance"] == node.instance else {
            return false
        }
        let (site, job) = (labels["site"] ?? "", labels["job"] ?? "")
        return (site.isEmpty || site == node.site) && (!status.isHostUp || status.jobs.contains(job))
    }
}

extension [CameraStatus] {
    /// The cameras that are meant by an identifier and, where one is given, a node: as links and alerts name them. Without
    /// a node the one of this host comes first; several are those of several nodes.
    package func named(_ id: String, site: String?, instance: String?) -> [CameraStatus] {
        let named = filter { $0.id == id }
        guard let instance, !instance.isEmpty else {
            let own = named.filter { $0.node == nil }
            return own.isEmpty ? named : own
        }
        // Of two nodes of one name, the one without a site is named by an empty one.
        if site == "" {
            let exact = named.filter { $0.node == CameraNode(site: "", instance: instance) }
            if !exact.isEmpty { return exact }
        }
        let site = site ?? ""
        func isMeant(_ node: CameraNode) -> Bool { node.instance == instance && (site.isEmpty || node.site == site) }
        let ofNode = named.filter { $0.node.map(isMeant) ?? false }
        // Our own series may be scraped under any name, but for that of another node.
        return ofNode.isEmpty && !nodes.contains(where: isMeant) ? named.filter { $0.node == nil } : ofNode
    }

    /// All other hosts that watch any of them.
    package var nodes: Set<CameraNode> { Set(compactMap(\.node)) }
}

/// A silence on the pages.
package struct SilenceView: Sendable, Equatable {
    package enum State: String, Sendable { case pending, active, expired }

    package var id: String
    package var state: State
    /// `name="value"`, one a matcher.
    package var matchers: [String]
    /// Milliseconds since the Unix epoch.
    package var startsAt: Int64
    package var endsAt: Int64
    package var createdBy: String
    package var comment: String

    package init(
        id: String, state: State, matchers: [String], startsAt: Int64 = 0, endsAt: Int64, createdBy: String,
        comment: String
    ) {
        self.startsAt = startsAt
        self.id = id
        self.state = state
        self.matchers = matchers
        self.endsAt = endsAt
        self.createdBy = createdBy
        self.comment = comment
    }
}

/// One entry of the delivery log: a notification that went out, or why it did not.
package struct DeliveryView: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable {
        case sent, failed
        /// The destination is a placeholder, which is never contacted.
        case notConfigured = "not configured"
        /// The receiver has no integration: the notification stands here only.
        case recorded
    }

    package var time: Int64
    package var receiver: String
    /// `email`, `slack`, `webhook`, or empty for a receiver without integrations.
    package var integration: String
    package var status: Status
    /// Whether it tells that all its alerts are over.
    package var resolved: Bool
    /// One line an alert.
    package var alerts: [String]
    package var attempts: Int
    package var error: String
    /// What the destination said to a notification that it took.
    package var answer: String
    /// The route and the group by which the notification came about: `{}/{severity="critical"}:{alertname="NodeDown"}`.
    package var groupKey: String
    /// How often the same was delivered again shortly after.
    package var repeats: Int

    package init(
        time: Int64, receiver: String, integration: String, status: Status, resolved: Bool, alerts: [String],
        attempts: Int, error: String, answer: String = "", groupKey: String = "", repeats: Int = 0
    ) {
        self.time = time
        self.receiver = receiver
        self.integration = integration
        self.status = status
        self.resolved = resolved
        self.alerts = alerts
        self.attempts = attempts
        self.error = error
        self.answer = answer
        self.groupKey = groupKey
        self.repeats = repeats
    }
}

/// A message that came to the demo's own inbox: what a person would have found in theirs.
package struct InboxMessage: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable { case mail, webhook }

    package var id: Int
    package var time: Int64
    package var kind: Kind
    package var to: String
    package var subject: String
    package var body: String

    package init(id: Int, time: Int64, kind: Kind, to: String, subject: String, body: String) {
        self.id = id
        self.time = time
        self.kind = kind
        self.to = to
        self.subject = subject
        self.body = body
    }
}
