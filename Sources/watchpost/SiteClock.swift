import ArgumentParser
import Foundation
import LocalTime
import Model

/// The clock by which a command reads and shows times: of the zone that `--zone` names, else of the site's, else of this
/// machine's. What another program reads instead of a terminal has whole moments, with how far the zone is from UTC.
struct SiteClock: Sendable {
    let zone: TimeZone
    /// Whether moments are written as ISO 8601 has them.
    var isForPrograms = false

    /// Of the command that runs.
    @TaskLocal static var current = SiteClock(zone: .current)

    private var words: ZoneText { ZoneText(zone) }

    /// As a person knows it: `Asia/Ho_Chi_Minh`.
    var name: String { words.name }

    /// As a server reads it: `Asia/Ho_Chi_Minh`, `+07:00`.
    var code: String { words.code }

    /// `14:03:59`, with the date when it is not today's; `2026-11-28T14:03:59.120+07:00` for programs.
    func text(_ milliseconds: Int64, now: Date = Date()) -> String {
        if isForPrograms { return words.iso(milliseconds) }
        let today = words.moment(Int64(now.timeIntervalSince1970 * 1_000)).prefix(10)
        let moment = words.moment(milliseconds).prefix(19)
        return moment.hasPrefix(today) ? String(moment.suffix(8)) : String(moment)
    }

    /// A time as it stands in one of many lines of which all have the same parts: `2026-11-28 14:03:59.120`.
    func moment(_ milliseconds: Int64) -> String { words.moment(milliseconds) }

    /// The name of a column of times: `TIME (Asia/Ho_Chi_Minh)`.
    func head(_ name: String) -> String { isForPrograms ? name : "\(name) (\(self.name))" }
}

extension ServerOptions {
    private struct SiteTime: Decodable { let zone: String }

    /// Does something by the clock that is asked for.
    func withClock(_ action: () async throws -> Void) async throws {
        try await SiteClock.$current.withValue(await clock()) { try await action() }
    }

    private func clock() async -> SiteClock {
        let isForPrograms = json || !StandardOutput.isTerminal
        if let zone { return SiteClock(zone: ZoneText.zone(named: zone) ?? .current, isForPrograms: isForPrograms) }
        // One that is not reached, or is older, is told of by what the command asks for.
        let told: SiteTime? = try? await get("/api/watchpost/time")
        return SiteClock(
            zone: told.flatMap { ZoneText.zone(named: $0.zone) } ?? .current, isForPrograms: isForPrograms)
    }

    func validate() throws {
        if let zone, ZoneText.zone(named: zone) == nil {
            throw ValidationError(
                "there is no time zone \"\(zone)\"; write a name such as Asia/Ho_Chi_Minh, +07:00, or UTC")
        }
    }
}
