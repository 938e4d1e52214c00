package import Model

/// One thing that is wrong at the site: told once, in the same words, wherever it is told.
package struct Fault: Codable, Sendable, Equatable {
    /// What it is about.
    package enum Kind: String, Codable, Sendable {
        /// Watching, recording or telling itself.
        case watching
        /// A host that watches cameras, and tells nothing.
        case node
        /// Cameras that failed together, by what they share.
        case cause
        case disk
        case camera
        /// Cameras with equal reasons.
        case cameras
        /// A host that is scraped.
        case host
        case service
        /// An alert about none of these.
        case alert
        /// What Watchpost found about its surroundings.
        case finding
    }

    package enum Severity: String, Codable, Sendable, CaseIterable { case critical, warning, note }

    /// Opaque, and the same for as long as the fault lasts.
    package var key: String
    package var kind: Kind
    package var severity: Severity
    /// Whom it is about.
    package var title: String
    /// A word: `Offline`, `Gone`, `Full`.
    package var state: String
    /// What is wrong and why, in one sentence, without credentials.
    package var sentence: String
    /// In milliseconds since the Unix epoch, as are all times here; `nil` where nobody noted it.
    package var since: Int64?
    /// When the last picture came.
    package var lastPicture: Int64?
    /// Since when nothing is recorded.
    package var noFootageSince: Int64?
    /// The host that it is of, where that is not this one.
    package var node: CameraNode?
    /// The filesystem that it is about.
    package var mountPoint: String?
    /// The cameras that are in it, as people count, ``camerasMax`` at most.
    package var cameras: [Member] = []
    package var cameraCount = 0
    /// The alerts that are in it, ``alertsMax`` at most.
    package var alerts: [FoldedAlert] = []
    package var alertCount = 0
    /// How many alerts fire that are not among ``alerts`` and that no silence covers.
    package var otherLoudCount = 0
    /// The fingerprints of all that fire, for this server alone.
    package var firing: [String] = []
    /// Who was told of it, the newest first.
    package var told: [AlertTelling] = []
    /// What else is known, in sentences.
    package var notes: [String] = []
    /// Who has it in hand.
    package var acknowledgement: Acknowledgement?

    /// More would fill a page; the count says how many there are.
    package static let camerasMax = 100
    package static let alertsMax = 100

    private enum CodingKeys: CodingKey {
        case key, kind, severity, title, state, sentence, since, lastPicture, noFootageSince, node, mountPoint
        case cameras, cameraCount, alerts, alertCount, otherLoudCount, told, notes, acknowledgement
    }

    package init(
        key: String, kind: Kind, severity: Severity, title: String, state: String, sentence: String,
        since: Int64? = nil
    ) {
        self.key = key
        self.kind = kind
        self.severity = severity
        self.title = title
        self.state = state
        self.sentence = sentence
        self.since = since
    }
}

extension Fault {
    /// A camera that is in a fault.
    package struct Member: Codable, Sendable, Equatable {
        package var id: String
        package var node: CameraNode?
        package var state: CameraState
        package var reason: String
        package var since: Int64
    }

    /// An alert that is in a fault.
    package struct FoldedAlert: Codable, Sendable, Equatable {
        package var name: String
        /// Empty for one that is told to nobody.
        package var fingerprint: String
        package var state: AlertView.State
        package var severity: String
        package var text: String
        package var activeAt: Int64
        /// What keeps it from being told.
        package var held: [AlertHold]

        var isSilent: Bool { held.isSilent }

        var severityRank: Int { AlertView.rank(of: severity) }
    }

    /// That somebody has it in hand.
    package struct Acknowledgement: Codable, Sendable, Equatable {
        package var by: String
        package var at: Int64
        package var comment: String

        package init(by: String, at: Int64, comment: String = "") {
            self.by = by
            self.at = at
            self.comment = comment
        }

        init(_ view: AcknowledgementView) { self.init(by: view.by, at: view.since, comment: view.comment) }
    }

    /// What holds its alerts back, each once.
    package var held: [AlertHold] {
        var seen: [AlertHold] = []
        for hold in alerts.flatMap(\.held) where !seen.contains(hold) { seen.append(hold) }
        return seen
    }

    /// Whether silences cover all that fires of it: somebody decided that it may wait.
    package var isSilent: Bool {
        let firing = alerts.filter { $0.state == .firing }
        return otherLoudCount == 0 && !firing.isEmpty && firing.allSatisfy(\.isSilent)
    }

    /// Whether a worse alert fires than all that did when somebody took it in hand.
    package var hasWorsened: Bool {
        guard let taken = acknowledgement?.at else { return false }
        let firing = alerts.filter { $0.state == .firing }
        let before = firing.filter { $0.activeAt <= taken }.map(\.severityRank).min()
        let since = firing.filter { $0.activeAt > taken }.map(\.severityRank).min()
        return before.flatMap { before in since.map { $0 < before } } ?? false
    }

    /// Whether somebody must look: nobody has it in hand as it is now, and it is more than a note.
    package var needsAttention: Bool { severity != .note && (acknowledgement == nil || hasWorsened) && !isSilent }
}

extension [AlertHold] {
    /// Whether somebody decided that it may wait.
    var isSilent: Bool { contains { $0.kind == .silence || $0.kind == .maintenance } }
}

/// That a receiver was told of an alert.
package struct AlertTelling: Codable, Sendable, Equatable {
    package var receiver: String
    /// `email[0]`; empty for a receiver without integrations, which reaches nobody.
    package var integration: String
    /// When last, in milliseconds since the Unix epoch.
    package var time: Int64

    package init(receiver: String, integration: String, time: Int64) {
        self.receiver = receiver
        self.integration = integration
        self.time = time
    }
}
