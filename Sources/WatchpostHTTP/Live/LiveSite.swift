internal import Base
internal import HTTPKit
internal import Model
internal import SiteView
internal import Synchronization

/// What all viewers share of the site: it is looked at once a second, however many there are, and only while somebody asks.
///
/// The cameras stand in a list, in natural order; a list has a number, which changes when cameras come or go. What becomes
/// of those in it has a version. Who knows a version gets what changed since, once for each camera, however long ago that
/// was: nothing is kept for those who are slow.
final class LiveSite: Sendable {
    private let view: any SiteViewSource
    /// Tells this run's lists from those of another one.
    private let epoch = String(UInt32.random(in: .min ... .max), radix: 36)
    private let state = Mutex(State())

    private struct State {
        var look: LiveLook?
        var lookedAt: ContinuousClock.Instant?
        var isLooking = false
        var list = LiveList()
        /// The texts that were made of ``look``.
        var listJSON: [UInt8]?
    }

    /// For how long a look is good.
    private static let freshFor = Duration.milliseconds(900)

    init(view: any SiteViewSource) { self.view = view }

    /// The site as it is now, or was less than a second ago.
    func look() async -> LiveLook {
        let known: LiveLook? = state.withLock { state in
            if let look = state.look, let at = state.lookedAt, state.isLooking || at.duration(to: .now) < Self.freshFor
            {
                return look
            }
            state.isLooking = true
            return nil
        }
        if let known { return known }
        let overview = await view.overview()
        return state.withLock { state in
            state.isLooking = false
            let before = state.list.position
            state.list.take(overview)
            if state.list.position != before { state.listJSON = nil }
            let look = LiveLook(
                epoch: epoch, position: state.list.position, mark: state.list.mark, now: overview.now,
                cameras: state.list.cameras)
            state.look = look
            state.lookedAt = .now
            return look
        }
    }

    /// What of the cameras changed between a version and a look, as JSON; `nil` where nothing did, or where the whole list
    /// is to be asked for anew.
    func changes(since known: LivePosition?, _ look: LiveLook) -> [UInt8]? {
        guard let known, known.list == look.position.list, known.version < look.position.version else { return nil }
        return state.withLock { $0.list.changes(since: known.version, listName: look.listName) }
    }

    /// All cameras as JSON.
    func list(_ look: LiveLook) -> [UInt8] {
        state.withLock { state in
            if let json = state.listJSON { return json }
            let json = state.list.json(name: "\(epoch).\(state.list.position.list)", now: look.now)
            state.listJSON = json
            return json
        }
    }

    /// Where a client is by the name of the last event that it got; `nil` for that of another run.
    func position(_ event: String?) -> LivePosition? {
        guard let parts = event?.split(separator: "."), parts.count == 3, parts[0] == epoch, let list = Int(parts[1]),
            let version = Int(parts[2])
        else { return nil }
        return LivePosition(list: list, version: version)
    }
}

/// A version of a list.
struct LivePosition: Sendable, Equatable {
    var list = 0
    var version = 0
}

/// The site at a moment.
struct LiveLook: Sendable {
    let epoch: String
    let position: LivePosition
    /// Changes when a page may say something else than before, but for numbers and ages.
    let mark: String
    /// Milliseconds since the Unix epoch.
    let now: Int64
    /// In the order of the list.
    let cameras: [CameraStatus]

    var listName: String { "\(epoch).\(position.list)" }
    var event: String { "\(listName).\(position.version)" }
}
