/// What a sequence parameter set says about the pictures (ITU-T H.264, section 7.3.2.1.1; H.265, section 7.3.2.2).
package struct SequenceParameters: Equatable, Sendable {
    package var profile: String
    package var width: Int
    package var height: Int
    /// Of the timing information, when it has any.
    package var framesPerSecond: Double?
    /// H.264: bits of `frame_num`.
    package var frameNumberBits = 4
    /// H.264: how the picture order is told.
    package var orderType = 0
    package var orderBits = 4
    /// H.264: whether every picture is a frame.
    package var hasOnlyFrames = true

    /// `unit` is the whole NAL unit with its header. `nil` for anything that makes no sense.
    package init?(h264 unit: some Collection<UInt8>) {
        guard unit.count >= 4, unit.count <= 4_096, let header = unit.first, header & 0x1f == 7 else { return nil }
        var reader = UnitBits(unit: unit.dropFirst())
        guard let kind = reader.bits(8), let constraints = reader.bits(8), reader.skip(8) != nil,
            reader.unsigned() != nil
        else { return nil }
        profile = Self.h264Profile(kind, constraints: constraints)
        var chroma = 1
        if [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135].contains(kind) {
            guard let format = Self.skipHighFields(&reader) else { return nil }
            chroma = format
        }
        guard let frameBits = reader.unsigned(), frameBits <= 12, let order = reader.unsigned(), order <= 2 else {
            return nil
        }
        frameNumberBits = frameBits + 4
        orderType = order
        if order == 0 {
            guard let bits = reader.unsigned(), bits <= 12 else { return nil }
            orderBits = bits + 4
        } else if order == 1 {
            guard reader.bit() != nil, reader.signed() != nil, reader.signed() != nil, let cycle = reader.unsigned(),
                cycle <= 255
            else { return nil }
            for _ in 0..<cycle where reader.signed() == nil { return nil }
        }
        guard reader.unsigned() != nil, reader.bit() != nil, let wide = reader.unsigned(),
            let high = reader.unsigned(), wide < 2_048, high < 2_048, let onlyFrames = reader.bit()
        else { return nil }
        hasOnlyFrames = onlyFrames == 1
        if onlyFrames == 0 { guard reader.bit() != nil else { return nil } }
        guard reader.bit() != nil, let crop = Self.window(&reader) else { return nil }
        let unitX = chroma == 1 || chroma == 2 ? 2 : 1
        let unitY = (chroma == 1 ? 2 : 1) * (2 - onlyFrames)
        width = (wide + 1) * 16 - (crop.left + crop.right) * unitX
        height = (high + 1) * 16 * (2 - onlyFrames) - (crop.top + crop.bottom) * unitY
        guard width > 0, height > 0 else { return nil }
        framesPerSecond = reader.bit() == 1 ? Self.h264Timing(&reader) : nil
    }

    private static func skipHighFields(_ reader: inout UnitBits) -> Int? {
        guard let chroma = reader.unsigned(), chroma <= 3 else { return nil }
        if chroma == 3 { guard reader.bit() != nil else { return nil } }
        guard reader.unsigned() != nil, reader.unsigned() != nil, reader.bit() != nil, let scaling = reader.bit() else {
            return nil
        }
        guard scaling == 1 else { return chroma }
        for list in 0..<(chroma == 3 ? 12 : 8) {
            guard let isPresent = reader.bit() else { return nil }
            guard isPresent == 1 else { continue }
            var (last, next) = (8, 8)
            for _ in 0..<(list < 6 ? 16 : 64) {
                if next != 0 {
                    guard let delta = reader.signed() else { return nil }
                    next = (last + delta) & 0xff
                }
                last = next == 0 ? last : next
            }
        }
        return chroma
    }

    private static func window(_ reader: inout UnitBits) -> (left: Int, right: Int, top: Int, bottom: Int)? {
        guard let isPresent = reader.bit() else { return nil }
        guard isPresent == 1 else { return (0, 0, 0, 0) }
        guard let left = reader.unsigned(), let right = reader.unsigned(), let top = reader.unsigned(),
            let bottom = reader.unsigned()
        else { return nil }
        return (left, right, top, bottom)
    }

    private static func h264Timing(_ reader: inout UnitBits) -> Double? {
        guard let aspect = reader.bit() else { return nil }
        if aspect == 1 {
            guard let kind = reader.bits(8) else { return nil }
            if kind == 255 { guard reader.skip(32) != nil else { return nil } }
        }
        guard let overscan = reader.bit() else { return nil }
        if overscan == 1 { guard reader.bit() != nil else { return nil } }
        guard let signal = reader.bit() else { return nil }
        if signal == 1 {
            guard reader.skip(4) != nil, let colour = reader.bit() else { return nil }
            if colour == 1 { guard reader.skip(24) != nil else { return nil } }
        }
        guard let location = reader.bit() else { return nil }
        if location == 1 { guard reader.unsigned() != nil, reader.unsigned() != nil else { return nil } }
        guard reader.bit() == 1, let units = reader.bits(32), let scale = reader.bits(32), units > 0, scale > 0 else {
            return nil
        }
        let rate = Double(scale) / Double(units) / 2
        return rate <= 1_000 ? rate : nil
    }

    private static func h264Profile(_ kind: Int, constraints: Int) -> String {
        switch kind {
        case 66: constraints & 0x40 != 0 ? "Constrained Baseline" : "Baseline"
        case 77: "Main"
        case 88: "Extended"
        case 100: "High"
        case 110: "High 10"
        case 122: "High 4:2:2"
        case 244: "High 4:4:4"
        default: "\(kind)"
        }
    }

    /// `unit` is the whole NAL unit with its two bytes of header.
    package init?(h265 unit: some Collection<UInt8>) {
        guard unit.count >= 16, unit.count <= 4_096, let header = unit.first, header >> 1 & 0x3f == 33 else {
            return nil
        }
        var reader = UnitBits(unit: unit.dropFirst(2))
        guard reader.skip(4) != nil, let layers = reader.bits(3), reader.bit() != nil, reader.skip(3) != nil,
            let kind = reader.bits(5), reader.skip(32 + 48 + 8) != nil
        else { return nil }
        var present: [(profile: Int, level: Int)] = []
        for _ in 0..<layers {
            guard let profile = reader.bit(), let level = reader.bit() else { return nil }
            present.append((profile, level))
        }
        if layers > 0 { guard reader.skip(2 * (8 - layers)) != nil else { return nil } }
        for layer in present {
            guard reader.skip(layer.profile * 88 + layer.level * 8) != nil else { return nil }
        }
        guard reader.unsigned() != nil, let chroma = reader.unsigned(), chroma <= 3 else { return nil }
        if chroma == 3 { guard reader.bit() != nil else { return nil } }
        guard let wide = reader.unsigned(), let high = reader.unsigned(), wide <= 32_768, high <= 32_768,
            let crop = Self.window(&reader)
        else { return nil }
        width = wide - (crop.left + crop.right) * (chroma == 1 || chroma == 2 ? 2 : 1)
        height = high - (crop.top + crop.bottom) * (chroma == 1 ? 2 : 1)
        guard width > 0, height > 0 else { return nil }
        profile = [1: "Main", 2: "Main 10", 3: "Main Still Picture", 4: "Range Extensions"][kind] ?? "\(kind)"
    }
}
