/// Reads frame times out of MP4 (ISO/IEC 14496-12): the sample table of a plain file, and the runs of a fragmented one.
enum MP4Reader {
    /// How deep boxes lie in one another on the way to a track's sample table.
    private static let deepest = 6

    private struct Track {
        var id: UInt64 = 0
        var isVideo = false
        var timescale = 1.0
        var deltas: [(count: Int, delta: Double)] = []
    }

    private static let mostTracks = 64

    private struct Box {
        let type: String
        let body: Int64
        let end: Int64
    }

    /// Frames that a file may have: each takes a byte at least, whatever its tables and runs claim.
    private static func mostFrames(_ file: FileWindow) -> Int { Int(min(file.size, Int64(SegmentIndex.capacity))) }

    static func read(_ file: inout FileWindow, _ index: inout SegmentIndex) {
        var result = SegmentIndex()
        var tracks: [Track] = []
        var defaults: [UInt64: Double] = [:]
        var movieSeconds = 0.0
        for box in boxes(&file, 0, file.size) {
            switch box.type {
            case "moov":
                for child in boxes(&file, box.body, box.end) {
                    if child.type == "trak", tracks.count < mostTracks { tracks.append(track(&file, child)) }
                    if child.type == "mvhd" { movieSeconds = seconds(&file, ofMovie: child) }
                    if child.type == "mvex" {
                        for trex in boxes(&file, child.body, child.end) where trex.type == "trex" {
                            guard let id = file.number(at: trex.body + 4, count: 4) else { continue }
                            defaults[id] = file.number(at: trex.body + 12, count: 4).map { Double($0) }
                        }
                    }
                }
            case "moof":
                for child in boxes(&file, box.body, box.end) where child.type == "traf" {
                    fragment(&file, child, tracks, defaults, &result)
                }
            default: break
            }
            result.position = box.end
        }
        if let video = tracks.first(where: \.isVideo), result.times.isEmpty {
            var time = 0.0
            for (count, delta) in video.deltas {
                for _ in 0..<max(0, min(count, mostFrames(file) - result.frames)) {
                    result.add(time / video.timescale)
                    time += delta
                }
            }
        }
        if result.frames > 0 { result.trailingSeconds = max(0, movieSeconds - result.duration) }
        index = result
    }

    /// How long the longest track is, as the movie's header says; 0 where it does not.
    private static func seconds(_ file: inout FileWindow, ofMovie header: Box) -> Double {
        let isLong = file.number(at: header.body, count: 1) == 1
        guard let scale = file.number(at: header.body + (isLong ? 20 : 12), count: 4), scale > 0,
            let ticks = file.number(at: header.body + (isLong ? 24 : 16), count: isLong ? 8 : 4)
        else { return 0 }
        let seconds = Double(ticks) / Double(scale)
        return seconds < 86_400 * 7 ? seconds : 0
    }

    private static func boxes(_ file: inout FileWindow, _ start: Int64, _ end: Int64) -> [Box] {
        var result: [Box] = []
        var position = start
        while position + 8 <= end, let small = file.number(at: position, count: 4), result.count < 100_000 {
            let name = file.bytes(at: position + 4, count: 4)
            var size = Int64(small)
            var header: Int64 = 8
            if size == 1 {
                size = Int64(truncatingIfNeeded: file.number(at: position + 8, count: 8) ?? 0)
                header = 16
            } else if size == 0 {
                size = end - position
            }
            guard size >= header, size <= end - position else { break }
            result.append(
                Box(type: String(decoding: name, as: UTF8.self), body: position + header, end: position + size))
            position += size
        }
        return result
    }

    private static func track(_ file: inout FileWindow, _ trak: Box) -> Track {
        var track = Track()
        func walk(_ box: Box, _ depth: Int) {
            guard depth < Self.deepest else { return }
            for child in boxes(&file, box.body, box.end) {
                let isLong = file.number(at: child.body, count: 1) == 1
                switch child.type {
                case "mdia", "minf", "stbl": walk(child, depth + 1)
                case "tkhd": track.id = file.number(at: child.body + (isLong ? 20 : 12), count: 4) ?? 0
                case "mdhd":
                    track.timescale = max(
                        1, file.number(at: child.body + (isLong ? 20 : 12), count: 4).map { Double($0) } ?? 1)
                case "hdlr": track.isVideo = file.bytes(at: child.body + 8, count: 4).elementsEqual("vide".utf8)
                case "stts":
                    let count = Int(file.number(at: child.body + 4, count: 4) ?? 0)
                    for entry in 0..<min(count, Int(child.end - child.body) / 8, SegmentIndex.capacity) {
                        let at = child.body + 8 + Int64(entry) * 8
                        guard let samples = file.number(at: at, count: 4), let delta = file.number(at: at + 4, count: 4)
                        else { break }
                        track.deltas.append((Int(samples), Double(delta)))
                    }
                default: break
                }
            }
        }
        walk(trak, 0)
        return track
    }

    private static func fragment(
        _ file: inout FileWindow, _ traf: Box, _ tracks: [Track], _ defaults: [UInt64: Double],
        _ index: inout SegmentIndex
    ) {
        var track: Track?
        var standard = 0.0
        var time = 0.0
        for child in boxes(&file, traf.body, traf.end) {
            let flags = file.number(at: child.body, count: 4) ?? 0
            switch child.type {
            case "tfhd":
                let id = file.number(at: child.body + 4, count: 4) ?? 0
                track = tracks.first { $0.id == id && $0.isVideo }
                standard = defaults[id] ?? 0
                let offset: Int64 = 8 + (flags & 0x1 != 0 ? 8 : 0) + (flags & 0x2 != 0 ? 4 : 0)
                if flags & 0x8 != 0 {
                    standard = file.number(at: child.body + offset, count: 4).map { Double($0) } ?? standard
                }
            case "tfdt":
                time = file.number(at: child.body + 4, count: flags >> 24 == 1 ? 8 : 4).map { Double($0) } ?? 0
            case "trun":
                guard let track else { continue }
                let count = Int(file.number(at: child.body + 4, count: 4) ?? 0)
                var at = child.body + 8 + (flags & 0x1 != 0 ? 4 : 0) + (flags & 0x4 != 0 ? 4 : 0)
                let stride = Int64([0x100, 0x200, 0x400, 0x800].count { flags & UInt64($0) != 0 }) * 4
                for _ in 0..<max(0, min(count, mostFrames(file) - index.frames)) {
                    // What the run claims beyond its box is not there.
                    guard at + stride <= child.end else { break }
                    let delta = flags & 0x100 != 0 ? file.number(at: at, count: 4).map { Double($0) } ?? 0 : standard
                    index.add(time / track.timescale)
                    time += delta
                    at += stride
                }
            default: break
            }
        }
    }
}
