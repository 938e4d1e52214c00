/// Files of which a new one may be a copy, by the words of their names. Made when the first new file is met.
struct OriginalIndex {
    private var byStem: [Substring: [CopyWatch.Original]]?

    /// An index without a file.
    static let none = OriginalIndex(byStem: [:])

    init() { byStem = nil }

    private init(byStem: [Substring: [CopyWatch.Original]]) { self.byStem = byStem }

    mutating func fill(_ originals: () -> [CopyWatch.Original]) {
        if byStem == nil { byStem = Dictionary(grouping: originals()) { CopyName.stem(ofPath: $0.readPath) } }
    }

    /// Adds a file that was not followed when the index was made.
    mutating func add(_ original: CopyWatch.Original) {
        byStem?[CopyName.stem(ofPath: original.readPath), default: []].append(original)
    }

    /// Files that have a part of the name for their own, but the file itself.
    func related(to path: String, but number: FileNumber) -> [CopyWatch.Original] {
        guard let byStem, !byStem.isEmpty else { return [] }
        var seen: Set<FileNumber> = [number]
        return CopyName.stems(in: path).flatMap { byStem[$0] ?? [] }.filter {
            CopyName.likeness(of: path, to: $0.readPath) != nil && seen.insert($0.contents.number).inserted
        }
    }
}
