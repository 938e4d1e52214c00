import Foundation
import Testing

@testable import LogShipping

@Suite("Times of lines")
struct ZoneTests {
    /// Neither Greenwich nor this machine's zone, as far as that is known.
    private static let zone = TimeZone(secondsFromGMT: 5 * 3_600 + 45 * 60)
    private static let noon: Int64 = 1_795_176_000_000

    @Test(
        "obey the zone behind them",
        arguments: [
            (" UTC", 0), (" Z", 0), ("Z", 0), (" GMT", 0), (" UTC [7] LOG: x", 0), (" z x", 0), ("  UTC x", 0),
            (".5 Z x", 0), (" +0000", 0), (" -0000 x", 0), ("+00:00", 0), (" +07:00", 420), (" +0700 x", 420),
            (",250 +0700", 420), (" +07 [12] LOG", 420), (" -03] x", -180), (" UTC+7", 420), (" GMT-03:30 x", -210),
            ("+0530", 330), (" +07, x", 420), ("Z5", 0),
        ])
    func zones(_ rest: String, _ minutes: Int64) throws {
        let zone = try #require(Self.zone)
        let time = try #require(LineFacts("2026-11-20 12:00:00\(rest)", zone: zone).timestamp)
        #expect((time - time % 1_000) == Self.noon - minutes * 60_000)
    }

    @Test(
        "are the site's where what follows is no zone",
        arguments: [
            "", " x", " Zone 3 entered", " -5 dB", " +0.5 s", " -1200000 frames", " UTCB", " - x", " +99:00", " zoom",
            " Z9", " +1x", " -", " +07.5", " +", " +7 x",
        ])
    func noZone(_ rest: String) throws {
        let zone = try #require(Self.zone)
        let time = LineFacts("2026-11-20 12:00:00\(rest)", zone: zone).timestamp
        #expect(time == Self.noon - 345 * 60_000)
    }
}
