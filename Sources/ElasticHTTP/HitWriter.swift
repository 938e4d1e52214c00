internal import LogDocuments
internal import Model

/// Writes hits as answers have them.
struct HitWriter {
    let names: IndexNames
    let source: SourceFilter
    let fields: [FieldPattern]
    let isSorted: Bool
    var wantsVersion = false
    var wantsSequence = false

    func write(_ hit: Searcher.Hit, to bytes: inout [UInt8]) {
        let index = names.index(of: hit.event)
        bytes.append(contentsOf: #"{"_index":"#.utf8)
        Document.write(index, to: &bytes)
        bytes.append(contentsOf: #","_id":"#.utf8)
        Document.write(EventID.text(of: hit.event, in: index), to: &bytes)
        if wantsVersion { bytes.append(contentsOf: #","_version":1"#.utf8) }
        if wantsSequence { bytes.append(contentsOf: #","_seq_no":0,"_primary_term":1"#.utf8) }
        bytes.append(contentsOf: isSorted ? #","_score":null"#.utf8 : #","_score":1.0"#.utf8)
        if source.isWanted {
            bytes.append(contentsOf: #","_source":"#.utf8)
            source.write(hit.event, to: &bytes)
        }
        var found = Document()
        for field in fields { field.add(hit.event, index, to: &found) }
        if !found.isEmpty {
            bytes.append(contentsOf: #","fields":"#.utf8)
            found.write(to: &bytes)
        }
        if isSorted {
            bytes.append(contentsOf: #","sort":"#.utf8)
            DocumentValue.array(hit.sort).write(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The same as values.
    func document(_ hit: Searcher.Hit) throws -> Document {
        var bytes: [UInt8] = []
        write(hit, to: &bytes)
        return try bytes.withUnsafeBufferPointer { try DocumentReader.document($0).document }
    }
}
