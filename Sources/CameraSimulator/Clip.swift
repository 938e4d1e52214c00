internal import Foundation
internal import RTSP

/// A piece of H.264 video that cameras play in a loop.
package struct Clip: Sendable {
    /// The NAL units of one picture, without start codes.
    package struct AccessUnit: Sendable {
        package let units: [[UInt8]]
        /// Decoding may begin here.
        package let isKeyframe: Bool
        /// The RTP payloads (RFC 6184, packetization mode 1).
        let payloads: [[UInt8]]

        init(units: [[UInt8]], isKeyframe: Bool) {
            self.units = units
            self.isKeyframe = isKeyframe
            payloads = units.flatMap(Clip.payloads(of:))
        }

        var size: Int { units.reduce(0) { $0 + $1.count } }
    }

    /// They begin with a keyframe.
    package let accessUnits: [AccessUnit]
    /// Frames a second.
    package let fps: Int
    let sequenceParameters: [UInt8]
    let pictureParameters: [UInt8]
    let parameters: SequenceParameters?

    /// The largest RTP payload; fits a UDP packet of an ordinary network.
    static let maxPayload = 1_380

    /// Reads an Annex B stream (ITU-T H.264).
    /// - Throws: ``CameraSimulatorError/clip(_:)`` when it holds no keyframe, or no parameter sets.
    package init(annexB bytes: [UInt8], fps: Int) throws {
        var pictures: [AccessUnit] = []
        var current: [[UInt8]] = []
        var sets: [UInt8: [UInt8]] = [:]
        func finish() {
            defer { current = [] }
            guard current.contains(where: { 1...5 ~= $0[0] & 0x1f }) else { return }
            let isKeyframe = current.contains { $0[0] & 0x1f == 5 }
            guard isKeyframe || !pictures.isEmpty else { return }
            let lead = isKeyframe ? [sets[7], sets[8]].compactMap(\.self) : []
            pictures.append(AccessUnit(units: lead + current, isKeyframe: isKeyframe))
        }
        for unit in Self.units(of: bytes) {
            let kind = unit[0] & 0x1f
            switch kind {
            case 1, 5:
                // A slice that begins with the first macroblock begins a picture.
                if unit.count > 1, unit[1] & 0x80 != 0 { finish() }
                current.append(unit)
            case 7, 8:
                finish()
                sets[kind] = unit
            case 9: finish()
            default: break
            }
        }
        finish()
        guard !pictures.isEmpty, let sequence = sets[7], let picture = sets[8], fps > 0 else {
            throw CameraSimulatorError.clip("The clip holds no H.264 video that begins with a keyframe.")
        }
        accessUnits = pictures
        self.fps = fps
        sequenceParameters = sequence
        pictureParameters = picture
        parameters = SequenceParameters(h264: sequence)
    }

    /// Reads a file.
    package init(file path: String, fps: Int) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CameraSimulatorError.clip("The clip \(path) cannot be read.")
        }
        try self.init(annexB: [UInt8](data), fps: fps)
    }

    /// The NAL units between start codes.
    private static func units(of bytes: [UInt8]) -> [[UInt8]] {
        var units: [[UInt8]] = []
        var start: Int?
        var index = 0
        func take(until end: Int) {
            guard let start else { return }
            var end = end
            while end > start, bytes[end - 1] == 0 { end -= 1 }
            if end > start { units.append(Array(bytes[start..<end])) }
        }
        while index + 2 < bytes.count {
            if bytes[index + 2] > 1 {
                index += 3
            } else if bytes[index] == 0, bytes[index + 1] == 0, bytes[index + 2] == 1 {
                take(until: index)
                start = index + 3
                index += 3
            } else {
                index += 1
            }
        }
        take(until: bytes.count)
        return units
    }

    static func payloads(of unit: [UInt8]) -> [[UInt8]] {
        guard unit.count > maxPayload, let header = unit.first else { return [unit] }
        var payloads: [[UInt8]] = []
        var start = 1
        while start < unit.count {
            let end = min(start + maxPayload - 2, unit.count)
            var flags = header & 0x1f
            if start == 1 { flags |= 0x80 }
            if end == unit.count { flags |= 0x40 }
            payloads.append([header & 0xe0 | 28, flags] + unit[start..<end])
            start = end
        }
        return payloads
    }

    /// The next keyframe after `index`, round the loop.
    func keyframe(after index: Int) -> Int {
        for step in 1...accessUnits.count {
            let next = (index + step) % accessUnits.count
            if accessUnits[next].isKeyframe { return next }
        }
        return 0
    }
}
