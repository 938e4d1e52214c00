internal import Base
internal import Foundation
internal import Glibc

/// Why no picture could be made of a segment.
package struct SegmentPictureFailed: Error, Sendable, CustomStringConvertible {
    package let description: String
    /// Whether no other segment would give one: ffmpeg is not there.
    package let isOfHost: Bool

    init(_ description: String, isOfHost: Bool = false) {
        self.description = description
        self.isOfHost = isOfHost
    }
}

/// The last key frame of a segment on disk, as JPEG, by ffmpeg. What stands in a segment came from outside: ffmpeg gets the
/// open file alone, may open no other kind of address, and ends in time.
package struct SegmentPicture: Sendable {
    package let jpeg: [UInt8]
    /// When the frame was taken, in milliseconds since the Unix epoch.
    package let time: Int64

    private static let longest: Duration = .seconds(4)
    /// A picture has so many bytes at most, and all that ffmpeg writes so many.
    private static let pictureBytesMax = 4 << 20
    private static let outputBytesMax = 256 << 20
    private static let wordsMax = 64 << 10
    /// The end of a segment in which a key frame is looked for first, in seconds.
    private static let tail = 10
    /// Frames with more pixels than eight thousand by four are no camera's.
    private static let pixelsMax = 33_177_600
    private static let widthMax = 1_280
    /// The times of frames in larger segments are not looked at: their end tells the time.
    private static let indexedBytesMax: Int64 = 256 << 20
    /// A file that was written so many milliseconds later than its name and length say was copied.
    private static let copyDelay: Int64 = 600_000

    /// - Parameter program: ffmpeg.
    /// - Throws: ``SegmentPictureFailed``; it takes some seconds at most.
    package static func last(
        of segment: RecordedSegment, program: String = "ffmpeg"
    ) throws(SegmentPictureFailed) -> SegmentPicture {
        guard let format = SegmentFormat(fileName: segment.path), let name = format.demuxer else {
            throw SegmentPictureFailed("the newest footage is of a kind of which no pictures are made here")
        }
        let file: Int32
        do {
            file = try RegularFile.open(segment.path, followsLinks: false)
        } catch {
            throw SegmentPictureFailed("the newest footage cannot be read: \(error.cause)")
        }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_size > 0 else {
            throw SegmentPictureFailed("the newest segment is empty")
        }
        let deadline = ContinuousClock.now + longest
        var found = try run(program, name, seeking: true, file, deadline)
        // Where the end has no key frame that could be found, all of it is gone through.
        if found.jpeg == nil, !found.isUnreadable { found = try run(program, name, seeking: false, file, deadline) }
        guard let jpeg = found.jpeg else {
            throw SegmentPictureFailed(
                found.isUnreadable
                    ? "the newest segment cannot be decoded yet: it is still written, damaged or encrypted"
                    : "the newest segment has no whole picture in it")
        }
        let time = time(ofFrame: found.frameTime, segment, format, size: Int64(facts.st_size))
        return SegmentPicture(jpeg: jpeg, time: time)
    }

    private struct Output {
        var jpeg: [UInt8]?
        /// Seconds by the clock of the file.
        var frameTime: Double?
        /// Whether the file itself could not be opened.
        var isUnreadable = false
    }

    private static func run(
        _ program: String, _ format: String, seeking: Bool, _ file: Int32, _ deadline: ContinuousClock.Instant
    ) throws(SegmentPictureFailed) -> Output {
        lseek(file, 0, SEEK_SET)
        let input = seeking ? ["-noaccurate_seek", "-sseof", "-\(tail)"] : []
        let command =
            [program, "-nostdin", "-hide_banner", "-nostats", "-loglevel", "info", "-protocol_whitelist", "file"]
            + input
            + [
                "-noautorotate", "-copyts", "-threads", "1", "-skip_frame", "nokey", "-max_pixels", String(pixelsMax),
                // The open file itself: whatever is put in its place meanwhile is not read.
                "-f", format, "-i", "/proc/self/fd/0", "-map", "0:v:0", "-an", "-sn", "-dn",
                "-vf", "scale='min(\(widthMax),iw)':-2,showinfo=checksum=0", "-c:v", "mjpeg", "-q:v", "4",
                "-threads", "1", "-f", "image2pipe", "pipe:1",
            ]
        do {
            let run = try BoundedRun(
                command, standardInput: file, deadline: deadline, outputMax: outputBytesMax,
                keptMax: 2 * pictureBytesMax,
                wordsMax: wordsMax)
            if run.isTooLate { throw SegmentPictureFailed("the newest segment took too long to go through") }
            if run.words.contains("matches no streams") {
                throw SegmentPictureFailed("the newest segment has no video in it")
            }
            var output = Output()
            output.jpeg = lastPicture(in: run.output)
            output.frameTime = lastTime(in: run.words)
            output.isUnreadable =
                output.jpeg == nil && run.status != 0 && !run.words.contains("Parsed_showinfo")
            return output
        } catch let failed as StartFailed {
            throw SegmentPictureFailed("\(failed)", isOfHost: true)
        } catch let failed as SegmentPictureFailed {
            throw failed
        } catch {
            throw SegmentPictureFailed("\(error)")
        }
    }

    // MARK: What ffmpeg says

    /// The last whole picture of several that follow each other. Within the data of one its first two bytes never come.
    static func lastPicture(in bytes: [UInt8]) -> [UInt8]? {
        var end: Int?
        var place = bytes.count - 2
        while place >= 0 {
            if bytes[place] == 0xFF {
                if bytes[place + 1] == 0xD9, end == nil { end = place + 2 }
                if bytes[place + 1] == 0xD8, let end, place + 2 < end {
                    return end - place <= pictureBytesMax ? Array(bytes[place..<end]) : nil
                }
            }
            place -= 1
        }
        return nil
    }

    /// `[Parsed_showinfo_1 @ 0x…] n:   3 pts: 768768 pts_time:8.541867 …`
    static func lastTime(in words: String) -> Double? {
        guard let range = words.range(of: "pts_time:", options: .backwards) else { return nil }
        return Double(words[range.upperBound...].prefix { $0.isNumber || $0 == "." || $0 == "-" })
    }

    private static func time(
        ofFrame frame: Double?, _ segment: RecordedSegment, _ format: SegmentFormat, size: Int64
    ) -> Int64 {
        guard let frame, size <= indexedBytesMax else { return segment.modified }
        var reader = SegmentReader(path: segment.path, format: format)
        reader.advance()
        guard let first = reader.index.times.min(), let last = reader.index.times.max(), frame >= first - 1,
            last - first < 86_400, frame <= last + 1
        else { return segment.modified }
        let length = Int64((last - first) * 1_000)
        if let named = segment.named, segment.modified - named - length > copyDelay {
            return named + Int64(max(0, frame - first) * 1_000)
        }
        let behind = max(0, last - frame) + reader.index.trailingSeconds
        return segment.modified - Int64(behind * 1_000)
    }
}

extension SegmentFormat {
    /// ffmpeg's name; `nil` where nothing is read of it here.
    fileprivate var demuxer: String? {
        switch self {
        case .matroska: "matroska"
        case .mp4: "mov"
        case .transportStream: "mpegts"
        case .unread: nil
        }
    }
}
