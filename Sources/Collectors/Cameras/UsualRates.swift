internal import Base
internal import Foundation

/// What cameras usually give, over restarts of the server.
struct UsualRates {
    private static let interval: Int64 = 600_000

    private let file: String?
    private let remembered: [String: UsualRate]
    private var lastSave: Int64?

    /// - Parameter file: where they are remembered; `nil` forgets them with the process.
    init(file: String?) {
        self.file = file
        let data = file.flatMap { FileManager.default.contents(atPath: $0) }
        remembered = data.flatMap { try? JSONDecoder().decode([String: UsualRate].self, from: $0) } ?? [:]
    }

    subscript(camera: String) -> UsualRate { remembered[camera] ?? UsualRate() }

    /// Whether it is time to write them down again.
    mutating func isDue(now: Int64) -> Bool {
        guard file != nil, lastSave.map({ abs(now - $0) >= Self.interval }) ?? true else { return false }
        defer { lastSave = now }
        return lastSave != nil
    }

    /// Writes them down, which may wait for a disk.
    static func save(_ rates: [String: UsualRate], to file: String) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        if let data = try? encoder.encode(rates) { _ = PrivateFile.replace(file, with: data) }
    }
}
