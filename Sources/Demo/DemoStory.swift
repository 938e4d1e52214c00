internal import CameraSimulator
internal import Foundation
internal import Transfers

/// The incidents that the demo stages, one after the other, and what came of each: told when it was seen, with the seconds
/// that it took.
struct DemoStory: Sendable {
    let cameras: [String]
    let url: String
    let inbox: Inbox
    let narrator: DemoNarrator
    let setFault: @Sendable (_ fault: CameraFault, _ camera: String) -> Void
    let setSlow: @Sendable (_ isSlow: Bool) -> Void
    private let transfers = Transfers()

    /// A camera as the API tells of it.
    private struct Camera: Decodable {
        let id: String
        let state: String
        let reason: String
    }

    init(
        cameras: [String], url: String, inbox: Inbox, narrator: DemoNarrator,
        setFault: @escaping @Sendable (_ fault: CameraFault, _ camera: String) -> Void,
        setSlow: @escaping @Sendable (_ isSlow: Bool) -> Void
    ) {
        self.cameras = cameras
        self.url = url
        self.inbox = inbox
        self.narrator = narrator
        self.setFault = setFault
        self.setSlow = setSlow
    }

    /// Cameras on one switch, and how many they must be that a cause is told of them.
    static let cameraOnASwitch = 3

    /// The switch that a camera hangs on; the last three of a site are on one.
    static func networkSwitch(of index: Int, of count: Int) -> String {
        "sw-\((count - 1 - index) / cameraOnASwitch + 1)"
    }

    /// Lets things fail until the story is over or the task is cancelled.
    func run() async {
        await wait(upTo: 60) { await listed()?.allSatisfy { $0.state == "Online" } ?? false }
        guard await pause(10) else { return }
        if let camera = cameras.dropFirst().first ?? cameras.first { await stall(camera) }
        if !Task.isCancelled, cameras.count >= Self.cameraOnASwitch {
            await losePower(Array(cameras.suffix(Self.cameraOnASwitch)))
        }
        if !Task.isCancelled { await overheat() }
        if Task.isCancelled { return }
        await wait(upTo: 180) { await listed()?.allSatisfy { $0.state == "Online" } ?? false }
        if !Task.isCancelled {
            tell("all is well again; break one yourself: watchpost demo fault \(cameras[0]) freeze", "/")
        }
    }

    // MARK: Incidents

    private func stall(_ camera: String) async {
        let start = ContinuousClock.now
        let known = inbox.count
        tell("1 of 3: \(camera) hangs: it keeps the connection and sends no pictures", "/")
        setFault(.stall, camera)
        await tellState(of: camera, start)
        await tellMail(about: camera, after: known, start)
        tell(
            "why? its page has the first line of the log that went wrong, and the line has its trace",
            "/cameras/\(camera)")
        guard await pause(15) else { return }
        setFault(.none, camera)
        tell("\(camera) sends pictures again; the hole in its footage is told of for a minute", "/cameras/\(camera)")
        await pause(5)
    }

    private func losePower(_ cameras: [String]) async {
        let start = ContinuousClock.now
        let known = inbox.count
        let names = cameras.formatted(.list(type: .and).locale(Locale(identifier: "en_GB")))
        tell("2 of 3: the switch of \(names) loses its power: one row, one mail, not three", "/")
        for camera in cameras { setFault(.disconnect, camera) }
        await tellState(of: cameras[0], start)
        await tellMail(about: "Together", after: known, start)
        guard await pause(10) else { return }
        for camera in cameras { setFault(.none, camera) }
        tell("the switch is back, and its cameras with it", "/")
        await pause(5)
    }

    private func overheat() async {
        let start = ContinuousClock.now
        let known = inbox.count
        tell(
            "3 of 3: the card of an AI worker gets too hot: pictures wait for the plate reader",
            "/dashboards/ai-processing")
        setSlow(true)
        await tellMail(about: "Plate", after: known, start)
        tell(
            "which picture took how long, and where? its traces say",
            "/traces?q=name%3D%22model%20infer%22%20duration%3E1s")
        await pause(10)
        setSlow(false)
        tell("the card is cool again, and nothing waits", "/dashboards/ai-processing")
    }

    // MARK: What came of it

    /// Tells when the server has noticed, and in which words.
    private func tellState(of camera: String, _ start: ContinuousClock.Instant) async {
        var found: Camera?
        await wait(upTo: 60) {
            found = await listed()?.first { $0.id == camera && ["Stalled", "Offline"].contains($0.state) }
            return found != nil
        }
        guard let found else { return }
        tell("after \(Self.seconds(start)) it is on the overview: \(camera): \(found.state). \(found.reason)", "/")
    }

    /// Tells when a mail is there.
    private func tellMail(about text: String, after known: Int, _ start: ContinuousClock.Instant) async {
        var subject: String?
        await wait(upTo: 120) {
            subject = inbox.mail(after: known) { $0.contains("FIRING") && $0.contains(text) }
            return subject != nil
        }
        if let subject { tell("after \(Self.seconds(start)) the mail is in the inbox: \(subject)", "/messages") }
    }

    private static func seconds(_ start: ContinuousClock.Instant) -> String {
        "\(Int(((ContinuousClock.now - start) / .seconds(1)).rounded())) s"
    }

    private func listed() async -> [Camera]? {
        let request = HTTPRequest(method: "GET", url: url + "/api/watchpost/cameras", timeout: .seconds(5))
        guard let answer = try? await transfers.send(request), answer.status == 200 else { return nil }
        return try? JSONDecoder().decode([Camera].self, from: Data(answer.body))
    }

    private func tell(_ text: String, _ path: String) { narrator.tell(text, seenAt: path, of: url) }

    /// - Returns: whether the story goes on.
    @discardableResult
    private func pause(_ seconds: Int) async -> Bool { (try? await Task.sleep(for: .seconds(seconds))) != nil }

    /// Asks every half second.
    private func wait(upTo seconds: Int, _ isSo: () async -> Bool) async {
        for _ in 0..<2 * seconds {
            if Task.isCancelled { return }
            if await isSo() { return }
            if (try? await Task.sleep(for: .milliseconds(500))) == nil { return }
        }
    }
}
