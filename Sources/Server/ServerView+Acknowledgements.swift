internal import Alerting
internal import SiteView
internal import State

extension ServerView {
    private var router: AlertRouter { parts.outlets.router }

    func acknowledge(key: String, by: String, comment: String) async throws -> AcknowledgementView {
        let key = Self.full(key)
        let overview = await overview()
        let standing = FaultStandings(overview: overview).standing(of: key)
        let alerts: Set<UInt64>
        switch standing {
        case .there(let numbers): alerts = numbers
        case .over: throw AlertRequestRefused("cannot acknowledge \"\(key)\": nothing of that name is wrong now")
        case .unknown: alerts = []
        }
        defer { shared.forget() }
        // Who takes it again knows what has become of it.
        let isWorse = overview.faults.contains { $0.key == key && $0.hasWorsened }
        if isWorse { try? router.endAcknowledgement(key) }
        do {
            return AcknowledgementView(try router.acknowledge(key, by: by, comment: comment, alerts: alerts))
        } catch {
            throw AlertRequestRefused("\(error)")
        }
    }

    func endAcknowledgement(key: String) async throws {
        defer { shared.forget() }
        do { try router.endAcknowledgement(Self.full(key)) } catch { throw AlertRequestRefused("\(error)") }
    }

    func acknowledgements() async -> [AcknowledgementView] { router.acknowledgements().map(AcknowledgementView.init) }

    /// A bare fingerprint is an alert's.
    private static func full(_ key: String) -> String {
        key.count == 16 && key.allSatisfy { $0.isASCII && $0.isHexDigit } ? AcknowledgementView.key(ofAlert: key) : key
    }

    /// Has acknowledgements end with their faults, until the task is cancelled.
    func followAcknowledged() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(10))
            if router.acknowledgements().isEmpty { continue }
            let standings = FaultStandings(overview: await overview())
            router.followAcknowledged(standings.standing)
        }
    }
}

extension AcknowledgementView {
    init(_ one: Acknowledgement) {
        self.init(
            key: one.key, by: one.by, comment: one.comment, since: one.createdAt,
            alerts: one.alerts.map { AlertRouter.fingerprint($0) }.sorted())
    }
}
