/// Decides who may send a password, so that a wrong one does not lock the device: makers block an address after five to
/// seven refused logins, and sixteen channels of one recorder are one device. Times are nanoseconds on the steady clock.
struct LoginGate {
    /// What a device knows a login by.
    struct Login: Hashable {
        var host: String
        var port: UInt16
        var user: String
        var password: String
    }

    enum Answer: Equatable {
        case go
        /// Another camera tries the same login at this moment.
        case another
        /// It was refused; nobody tries it before this time.
        case pausing(until: Int64)
    }

    /// Refused logins in a row, and when the next may be tried.
    private struct Pause {
        var refusals = 0
        var until = Int64.min
    }

    private struct Entry {
        var pause = Pause()
        /// The camera that tries it now.
        var trying: String?
        var accepted: Int64?
        /// Cameras whose last login was accepted. Those go on: a device may refuse single channels to a user.
        var welcome: Set<String> = []
        /// Cameras whose last login was refused.
        var refused: [String: Pause] = [:]
    }

    let firstPause: Int64
    let longestPause: Int64
    private var entries: [Login: Entry] = [:]

    /// For so long an accepted login is tried by all at once.
    private static let trust: Int64 = 60_000_000_000
    /// So much later than the others a refused camera tries again: a login that is right for them is found first.
    private static let courtesy: Int64 = 1_000_000_000

    init(firstPause: Int64, longestPause: Int64) {
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    /// When the camera may connect in order to log in; `nil`: now.
    func pause(_ login: Login, for camera: String, now: Int64) -> Int64? {
        guard let entry = entries[login] else { return nil }
        let until = max(
            entry.refused[camera]?.until ?? .min, entry.welcome.contains(camera) ? .min : entry.pause.until)
        return until > now ? until : nil
    }

    /// Whether the camera may send the login now. With ``Answer/go`` it is to say how that ended.
    mutating func ask(_ login: Login, for camera: String, now: Int64) -> Answer {
        if let until = pause(login, for: camera, now: now) { return .pausing(until: until) }
        var entry = entries[login] ?? Entry()
        defer { entries[login] = entry }
        if entry.refused.isEmpty, let accepted = entry.accepted, now - accepted < Self.trust { return .go }
        guard entry.trying == nil || entry.trying == camera else { return .another }
        entry.trying = camera
        return .go
    }

    mutating func accept(_ login: Login, from camera: String, now: Int64) {
        var entry = entries[login] ?? Entry()
        if entry.trying == camera { entry.trying = nil }
        // That a camera goes on says nothing to those that were refused.
        if !entry.welcome.contains(camera) || entry.refused.isEmpty { entry.pause = Pause() }
        entry.accepted = now
        entry.welcome.insert(camera)
        entry.refused[camera] = nil
        entries[login] = entry
    }

    mutating func refuse(_ login: Login, from camera: String, now: Int64) {
        var entry = entries[login] ?? Entry()
        if entry.trying == camera { entry.trying = nil }
        // What was right before is wrong now: perhaps for all.
        if entry.welcome.contains(camera) { entry.welcome = [] }
        entry.accepted = nil
        lengthen(&entry.pause, now: now)
        var own = entry.refused[camera] ?? Pause()
        lengthen(&own, now: now)
        own.until = max(own.until, entry.pause.until) + Self.courtesy
        entry.refused[camera] = own
        entries[login] = entry
    }

    private func lengthen(_ pause: inout Pause, now: Int64) {
        let doubled = firstPause.multipliedReportingOverflow(by: 1 << Int64(min(pause.refusals, 20)))
        pause.until = now + (doubled.overflow ? longestPause : min(doubled.partialValue, longestPause))
        pause.refusals += 1
    }

    /// The camera's connection ended before its login was answered.
    mutating func release(_ login: Login, by camera: String) {
        if entries[login]?.trying == camera { entries[login]?.trying = nil }
    }

    /// Somebody changed something: it may be tried at once.
    mutating func reset(_ login: Login) { entries[login] = nil }

    mutating func keep(only logins: Set<Login>) { entries = entries.filter { logins.contains($0.key) } }
}
