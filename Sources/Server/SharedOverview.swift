internal import Base
internal import SiteView
internal import Synchronization

/// The overview as all who look at the site share it: it is made once a second at most, however many they are.
final class SharedOverview: Sendable {
    private struct State {
        var overview: Overview?
        var madeAt: ContinuousClock.Instant?
        var isMaking = false
    }

    private let state = Mutex(State())
    private let queue = WorkQueue("overview")

    /// For how long one is good; a tick of the pages is a second.
    private static let freshFor = Duration.milliseconds(800)

    /// The present one, which `make` makes where it is too old. Who asks while another makes it gets the one before; of the
    /// first all wait.
    ///
    /// It is made to its end, though who asked for it may leave meanwhile: the others wait for it.
    func overview(_ make: @escaping @Sendable () async -> Overview) async -> Overview {
        let known: Overview? = state.withLock { state in
            if let overview = state.overview, let at = state.madeAt,
                state.isMaking || at.duration(to: .now) < Self.freshFor
            {
                return overview
            }
            state.isMaking = true
            return nil
        }
        if let known { return known }
        let made = await Task(executorPreference: queue) { await make() }.value
        state.withLock { state in
            state.isMaking = false
            state.overview = made
            state.madeAt = .now
        }
        return made
    }

    /// What was done shows on the next page.
    func forget() {
        state.withLock { $0.overview = nil }
    }
}
