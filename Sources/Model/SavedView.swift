/// A view of the cameras that people keep under a name: which ones, how grouped, how shown.
public struct SavedView: Codable, Sendable, Hashable {
    public var name: String
    /// The query of the page's address.
    public var address: String

    public init(name: String, address: String) {
        self.name = name
        self.address = address
    }

    /// The most that a site keeps.
    public static let most = 100
    public static let nameLength = 100
    private static let addressBytesMax = 4_096

    /// Why it cannot be kept, for people; `nil` where it can.
    public var problem: String? {
        if name.allSatisfy(\.isWhitespace) { return "a view needs a name" }
        if name.count > Self.nameLength || name.utf8.count > 8 * Self.nameLength {
            return "the name of a view is longer than \(Self.nameLength) characters"
        }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "the name of a view has a line break or another control character"
        }
        if address.utf8.count > Self.addressBytesMax { return "the view names more than an address may hold" }
        return nil
    }
}
