import Model

/// How far an earlier run read files that this one has not found yet.
struct SavedOffsets {
    struct Entry {
        let key: FileKey
        let offset: TailOffset

        var resumption: Harvester.Resumption {
            Harvester.Resumption(key: key, path: offset.path, offset: offset.offset, checksum: offset.checksum)
        }

        /// What was read, where a checksum tells.
        var record: ReadRecord? {
            offset.checksum.map {
                ReadRecord(
                    contents: FileContents(number: key.number, generation: 0), path: offset.path,
                    fingerprint: key.fingerprint,
                    states: [(offset: offset.offset, checksum: $0)])
            }
        }
    }

    private var own: [FileNumber: [Entry]] = [:]
    /// Under the names of inputs that are not configured any more, for an input whose name comes of its paths.
    private var former: [FileNumber: [Entry]] = [:]

    /// - Parameter inputs: the names of all inputs that are configured.
    init(_ offsets: some Sequence<TailOffset>, _ input: FilebeatInput, inputs: Set<String>) {
        for offset in offsets where offset.offset >= 0 {
            if let key = FileKey(source: offset.source, input: input.id) {
                own[key.number, default: []].append(Entry(key: key, offset: offset))
            } else if input.isNamedByPaths, let (name, key) = FileKey.ofAnyInput(offset.source), !inputs.contains(name)
            {
                former[key.number, default: []].append(Entry(key: key, offset: offset))
            }
        }
    }

    var isEmpty: Bool { own.isEmpty }
    var numbers: [FileNumber] { Array(own.keys) }
    var all: [Entry] { own.values.flatMap(\.self) }

    subscript(number: FileNumber) -> [Entry] { own[number] ?? [] }

    mutating func remove(_ number: FileNumber) { own[number] = nil }

    mutating func remove(_ number: FileNumber, _ key: FileKey) {
        let rest = self[number].filter { $0.key != key }
        own[number] = rest.isEmpty ? nil : rest
    }

    /// Goes on where a former input stopped in this very file, whose name was another as it had other paths.
    mutating func adopt(_ number: FileNumber, _ path: String, _ input: FilebeatInput, _ sink: any EventSink) {
        guard let offsets = former.removeValue(forKey: number), own[number] == nil,
            let file = try? LogFile(
                path, number: number, followsLinks: input.followsLinks, mayBeCompressed: input.readsCompressed)
        else { return }
        let fitting = offsets.filter { $0.key.fits(file) ?? false }
        guard let best = fitting.max(by: { $0.offset.offset < $1.offset.offset }) else { return }
        let moved = TailOffset(
            source: best.key.source(input: input.id), path: path, offset: best.offset.offset,
            checksum: best.offset.checksum)
        own[number] = [Entry(key: best.key, offset: moved)]
        // Not forgotten before the new name is stored.
        guard sink.commit([], moved) else { return }
        for old in fitting { sink.forget(old.offset.source, path: old.offset.path) }
    }
}
