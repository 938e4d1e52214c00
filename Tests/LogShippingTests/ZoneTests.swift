import Foundation
import Listening
import Testing

@testable import LogShipping

@Suite("Times of lines")
struct ZoneTests {
    /// Neither Greenwich nor this machine's zone, as far as that is known.
    private static let zone = TimeZone(secondsFromGMT: 5 * 3_600 + 45 * 60)
    private static let noon: Int64 = 1_795_176_000_000

    private func time(_ line: String, zone: LineZone, now: Int64 = noon) -> Int64? {
        LineFacts(line, LineContext(zone: zone, now: now, path: "/a.log")).timestamp
    }

    @Test(
        "obey the zone behind them",
        arguments: [
            (" UTC", 0), (" Z", 0), ("Z", 0), (" GMT", 0), (" UTC [7] LOG: x", 0), (" z x", 0), ("  UTC x", 0),
            (".5 Z x", 0), (" +0000", 0), (" -0000 x", 0), ("+00:00", 0), (" +07:00", 420), (" +0700 x", 420),
            (",250 +0700", 420), (" +07 [12] LOG", 420), (" -03] x", -180), (" UTC+7", 420), (" GMT-03:30 x", -210),
            ("+0530", 330), (" +07, x", 420), ("Z5", 0), (" PST ERROR x", -480), (" ICT x", 420), (" JST", 540),
            (" CEST [1] x", 120), (" Asia/Ho_Chi_Minh ERROR x", 420), (" America/New_York x", -300), (" (CET) x", 60),
            (".123+07:00[Asia/Ho_Chi_Minh] x", 420), (" CST x", -360),
        ])
    func zones(_ rest: String, _ minutes: Int64) throws {
        let zone = try #require(Self.zone)
        let time = try #require(self.time("2026-11-20 12:00:00\(rest)", zone: LineZone(zone)))
        #expect((time - time % 1_000) == Self.noon - minutes * 60_000)
    }

    @Test(
        "are the site's where what follows is no zone",
        arguments: [
            "", " x", " Zone 3 entered", " -5 dB", " +0.5 s", " -1200000 frames", " UTCB", " - x", " +99:00", " zoom",
            " Z9", " +1x", " -", " +07.5", " +", " +7 x", " WARN x", " CAT seen", " PSTN x", " Asia/Nowhere x",
            " est x",
        ])
    func noZone(_ rest: String) throws {
        let zone = try #require(Self.zone)
        #expect(time("2026-11-20 12:00:00\(rest)", zone: LineZone(zone)) == Self.noon - 345 * 60_000)
    }

    @Test("an abbreviation that several zones have is the site's own, if that has it")
    func ambiguousNames() throws {
        let shanghai = try #require(LineZone.named("Asia/Shanghai"))
        #expect(time("2026-11-20 12:00:00 CST x", zone: shanghai) == Self.noon - 480 * 60_000)
        let chicago = try #require(LineZone.named("America/Chicago"))
        #expect(time("2026-11-20 12:00:00 CST x", zone: chicago) == Self.noon + 360 * 60_000)
    }

    @Test("zones are known by name, abbreviation and offset")
    func names() {
        for name in ["Asia/Ho_Chi_Minh", "UTC", "+07:00", "ICT", "Etc/GMT+7"] { #expect(LineZone.named(name) != nil) }
        for name in ["Asia/Saigon City", "", "local", "7", "+7", "/etc/localtime", "Mars/Olympus"] {
            #expect(LineZone.named(name) == nil, "\(name)")
        }
    }

    /// The clocks of Berlin go back from 3:00 to 2:00 on 25 October 2026, at 1:00 UTC.
    private static let back: Int64 = 1_792_890_000_000

    private static func berlin() throws -> LineZone { LineZone(try #require(TimeZone(identifier: "Europe/Berlin"))) }

    @Test("of the hour that comes twice the second begins where the lines of a file go back")
    func hourTwice() throws {
        let zone = try Self.berlin()
        let later = Self.back + 86_400_000
        let clocks = [
            "01:59:59", "02:00:01", "02:30:00", "02:29:55", "02:59:59", "02:00:00", "02:30:00", "02:59:59", "03:00:00",
        ]
        let minutes = clocks.map { clock in
            time("2026-10-25 \(clock) x", zone: zone, now: later).map { ($0 - Self.back) / 1_000 }
        }
        #expect(minutes == [-3_601, -3_599, -1_800, -1_805, -1, 0, 1_800, 3_599, 3_600])
    }

    @Test("of the hour that comes twice the first counts while the second is still to come")
    func hourTwiceLive() throws {
        let zone = try Self.berlin()
        #expect(time("2026-10-25 02:10:00 x", zone: zone, now: Self.back - 3_000_000) == Self.back - 3_000_000)
        // A file that is begun in the second hour.
        let other = try Self.berlin()
        #expect(time("2026-10-25 02:10:00 x", zone: other, now: Self.back + 601_000) == Self.back + 600_000)
    }

    @Test("an hour that is left out is read by the clock of before")
    func hourLeftOut() throws {
        // 29 March 2026, 2:00 becomes 3:00 at 1:00 UTC.
        let forward: Int64 = 1_774_746_000_000
        let zone = try Self.berlin()
        #expect(time("2026-03-29 01:59:59 x", zone: zone) == forward - 1_000)
        #expect(time("2026-03-29 02:30:00 x", zone: zone) == forward + 1_800_000)
        #expect(time("2026-03-29 03:00:00 x", zone: zone) == forward)
    }

    @Test("without a year are the last of their kind before the line is read")
    func years() throws {
        let zone = LineZone(.gmt)
        // 5 January 2027, 1 January 2027 00:00:10, 31 December 2026 23:59:50
        let cases: [(String, Int64, Int64)] = [
            ("Dec 31 23:58:00 host app: x", 1_799_107_200_000, 1_798_761_480_000),
            ("Dec 31 23:59:59 host app: x", 1_798_761_610_000, 1_798_761_599_000),
            ("Jan  1 00:00:05 host app: x", 1_798_761_590_000, 1_798_761_605_000),
            ("E1231 23:59:59.500000  1 a.go:1] x", 1_798_761_610_000, 1_798_761_599_500),
            ("Feb 29 12:00:00 host app: x", 1_798_761_610_000, 1_709_208_000_000),
            ("Nov 26 05:00:00 host app: x", 1_795_672_800_000, 1_795_669_200_000),
        ]
        for (line, now, wanted) in cases { #expect(time(line, zone: zone, now: now) == wanted, "\(line)") }
    }

    @Test("of a date that can be read in two ways the nearer one counts")
    func dayOrMonth() {
        let zone = LineZone(.gmt)
        let december: Int64 = 1_796_446_800_000  // 5 December 2026, 5:00
        #expect(time("05/12/2026 05:00:00 x", zone: zone, now: december) == december)
        #expect(time("12/05/2026 05:00:00 x", zone: zone, now: december) == december)
        #expect(time("05.12.2026 05:00:00 x", zone: zone, now: december) == december)
        #expect(time("26/11/20 12:00:00 INFO x", zone: zone) == Self.noon)
    }

    @Test("are the host's where nothing says more")
    func host() {
        let offset = Int64(TimeZone.current.secondsFromGMT(for: Date(timeIntervalSince1970: 1_795_176_000)))
        #expect(time("2026-11-20 12:00:00 x", zone: .host) == Self.noon - offset * 1_000)
    }
}
