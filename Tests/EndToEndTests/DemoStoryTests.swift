import Foundation
import Model
import SiteView
import TestSupport
import Testing

/// The incidents that the demo stages, as they are told in the terminal.
@Suite("The demo's incidents")
struct DemoStoryTests {
    @Test(
        "three things fail by themselves within three minutes, each is noticed and mailed once, and all is well again",
        .timeLimit(.minutes(8)))
    func incidents() async throws {
        let port = try Peers.freePort()
        let process = try RunningProcess(Peers.watchpost, ["demo", "--listen", "127.0.0.1:\(port)"])
        let server = Server(process: process, url: "http://127.0.0.1:\(port)")
        try await server.waitUntilReady(within: .seconds(90))
        let start = ContinuousClock.now
        let told = [
            "1 of 3: cam-2 hangs", "it is on the overview: cam-2: Stalled", "the mail is in the inbox: .*CameraOffline",
            "cam-2 sends pictures again", "2 of 3: the switch of cam-4, cam-5 and cam-6 loses its power",
            "it is on the overview: cam-4: Offline", "the mail is in the inbox: .*CamerasDownTogether",
            "the switch is back", "3 of 3: the card of an AI worker gets too hot",
            "the mail is in the inbox: .*PlateReaderBehind", "the card is cool again",
        ]
        for words in told {
            let line = try await process.line(matching: Regex("demo: [0-9:]{8} (.*\(words).*)"), within: .seconds(120))
            print("  \(line)")
        }
        let took = (ContinuousClock.now - start) / .seconds(1)
        print("  three incidents in \(Int(took)) s")
        #expect(took < 240)
        _ = try await process.line(matching: Regex("all is well again"), within: .seconds(200))

        let mails: [InboxMessage] = try await server.decode("/api/watchpost/messages")
        let firing = mails.filter { $0.kind == .mail && $0.subject.contains("FIRING") }.map(\.subject)
        for name in ["CameraOffline", "CamerasDownTogether", "PlateReaderBehind"] {
            #expect(firing.count { $0.contains(name) } == 1, "\(name): \(firing)")
        }
        #expect(!firing.contains { $0.contains("CameraOffline") && !$0.contains("cam-2") }, "\(firing)")
        #expect(try await server.text("/messages").contains("1 of 3: cam-2 hangs"))
        process.signal(SIGINT)
        try await process.end()
    }
}
