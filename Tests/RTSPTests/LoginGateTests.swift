import Testing

@testable import RTSP

@Suite("Logins")
struct LoginGateTests {
    private static let second: Int64 = 1_000_000_000
    private static let wrong = LoginGate.Login(host: "nvr", port: 554, user: "admin", password: "wrong")
    private static let right = LoginGate.Login(host: "nvr", port: 554, user: "admin", password: "right")

    private static func gate() -> LoginGate {
        LoginGate(firstPause: 300 * second, longestPause: 3_600 * second)
    }

    /// Plays cameras that try whenever they may, each second.
    /// - Returns: when a login was refused, in seconds.
    private static func play(
        _ gate: inout LoginGate, _ cameras: [String], seconds: Range<Int64>, login: LoginGate.Login = wrong,
        refuses: (String) -> Bool = { _ in true }
    ) -> [Int64] {
        var refusals: [Int64] = []
        for time in seconds {
            // All ask before any is answered.
            let sent = cameras.filter { gate.ask(login, for: $0, now: time * second) == .go }
            for camera in sent {
                if refuses(camera) {
                    gate.refuse(login, from: camera, now: time * second)
                    refusals.append(time)
                } else {
                    gate.accept(login, from: camera, now: time * second)
                }
            }
        }
        return refusals
    }

    private static let channels = (1...16).map { "channel-\($0)" }

    @Test("sixteen channels with a wrong password are refused four times an hour; their neighbour is unharmed")
    func wrongPassword() {
        var gate = Self.gate()
        #expect(Self.play(&gate, Self.channels, seconds: 0..<3_600) == [0, 300, 900, 2_100])
        let later = Self.play(&gate, Self.channels, seconds: 3_600..<20_000)
        #expect(later == [4_500, 8_100, 11_700, 15_300, 18_900])
        #expect(gate.ask(Self.right, for: "neighbour", now: 1) == .go)
    }

    @Test("a camera alone is tried at the same pace")
    func alone() {
        var gate = Self.gate()
        #expect(Self.play(&gate, ["one"], seconds: 0..<3_600) == [0, 301, 902, 2_103])
    }

    @Test("a login that was changed is tried at once")
    func reset() {
        var gate = Self.gate()
        gate.refuse(Self.wrong, from: "one", now: 0)
        #expect(gate.ask(Self.wrong, for: "two", now: 1) == .pausing(until: 300 * Self.second))
        gate.reset(Self.wrong)
        #expect(gate.ask(Self.wrong, for: "two", now: 1) == .go)
    }

    @Test("one tries first; once it is accepted all do; one that got no answer holds nobody up")
    func first() {
        var gate = Self.gate()
        #expect(gate.ask(Self.right, for: "one", now: 0) == .go)
        #expect(gate.ask(Self.right, for: "two", now: 0) == .another)
        gate.release(Self.right, by: "one")
        #expect(gate.ask(Self.right, for: "two", now: 1) == .go)
        gate.accept(Self.right, from: "two", now: 1)
        #expect(Self.channels.allSatisfy { gate.ask(Self.right, for: $0, now: 2) == .go })
    }

    @Test("a channel that is refused to a user does not keep the others out, nor is it asked often")
    func oneChannel() {
        var gate = Self.gate()
        let refusals = Self.play(&gate, Self.channels, seconds: 0..<3_600) { $0 == "channel-1" }
        #expect(refusals.count <= 5, "\(refusals)")
        for camera in Self.channels.dropFirst() {
            #expect(gate.pause(Self.wrong, for: camera, now: 3_600 * Self.second) == nil)
        }
    }

    @Test("a password that is changed on the device is refused to few of those it was right for")
    func changedOnDevice() {
        var gate = Self.gate()
        #expect(Self.play(&gate, Self.channels, seconds: 0..<5).isEmpty == false)
        gate.reset(Self.wrong)
        #expect(Self.play(&gate, Self.channels, seconds: 10..<20) { _ in false }.isEmpty)
        #expect(Self.play(&gate, Self.channels, seconds: 1_000..<4_600).count <= 4)
    }
}
