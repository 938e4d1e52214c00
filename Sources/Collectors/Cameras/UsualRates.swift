internal import Base
internal import Foundation

/// What cameras usually give, over restarts of the server.
struct UsualRates {
    private static let interval: Int64 = 600_000

    private let file: String?
    private var remembered: [String: UsualRate] = [:]
    private var lastSave: Int64?

    /// - Parameter file: where they are remembered; `nil` forgets them with the process.
    init(file: String?) {
        self.file = file
        guard let data = file.flatMap({ FileManager.default.contents(atPath: $0) }) else { return }
        remembered = (try? JSONDecoder().decode([String: UsualRate].self, from: data)) ?? [:]
    }

    subscript(camera: String) -> UsualRate { remembered[camera] ?? UsualRate() }

    /// Writes them down now and then.
    mutating func save(_ rates: @autoclosure () -> [String: UsualRate], now: Int64) {
        guard let file, lastSave.map({ abs(now - $0) >= Self.interval }) ?? true else { return }
        lastSave = now
        remembered = rates()
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        if let data = try? encoder.encode(remembered) { _ = PrivateFile.replace(file, with: data) }
    }
}
