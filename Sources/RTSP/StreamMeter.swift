internal import Streams

/// Counts what a camera delivers, of RTP headers and NAL types alone. The counters go on over sessions.
/// Times are nanoseconds on the steady clock.
struct StreamMeter {
    private(set) var framesTotal: UInt64 = 0
    private(set) var framesDropped: UInt64 = 0
    private(set) var packetsLost: UInt64 = 0
    private(set) var packets: UInt64 = 0
    private(set) var bytesSkipped: UInt64 = 0
    private(set) var jitterSeconds = 0.0
    private(set) var keyframeInterval: Double?
    private(set) var lastKeyframe: Int64?
    private(set) var lastFrame: Int64?
    /// When a packet of the track last came in this session.
    private(set) var lastPacket: Int64?
    private(set) var clockOffset: Double?
    private(set) var codec: VideoCodec?
    private(set) var parameters: SequenceParameters?
    /// Of the session description.
    private(set) var describedSize: PictureSize?
    private(set) var describedFPS: Double?
    private(set) var picture: PictureWatch
    private(set) var rates = RateWindow()

    private var payloadType: UInt8?
    private var clock = FrameClock(rate: 90_000)
    private var tracker = SequenceTracker()
    private var parameterBytes: [UInt8] = []
    private var keyframeTimestamp: UInt32?
    /// Of a stream that counts in milliseconds.
    private var keyframeTime: Int64?
    private var usesMarkers = false
    private var transit: Double?
    private var frame: Frame?

    private struct Frame {
        var timestamp: UInt32
        var bytes = 0
        var hasPicture = false
        var isKeyframe = false
        var isDamaged = false
        var isCounted = false
    }

    init(suspectAfter: Int64) { picture = PictureWatch(patience: suspectAfter) }

    /// A new session begins.
    mutating func begin() {
        tracker = SequenceTracker()
        frame = nil
        transit = nil
        keyframeTimestamp = nil
        keyframeTime = nil
        lastPacket = nil
        rates.reset()
        picture.interrupt()
    }

    /// Bytes came that belong to nothing.
    mutating func skip(bytes: Int) { bytesSkipped &+= UInt64(bytes) }

    /// Media came to a halt: what comes next is not measured against what came before.
    mutating func interrupt() {
        transit = nil
        rates.reset()
        picture.interrupt()
    }

    mutating func describe(_ description: SessionDescription) {
        if codec != description.codec || clock.rate != description.clockRate {
            clock = FrameClock(rate: description.clockRate)
            parameters = nil
            parameterBytes = []
        }
        codec = description.codec
        payloadType = description.payloadType
        describedFPS = description.framerate
        describedSize = nil
        if let width = description.width, let height = description.height {
            describedSize = PictureSize(width: width, height: height)
        }
        for set in description.parameterSets { set.withUnsafeBytes { learn($0) } }
    }

    /// What a stream of another kind than RTSP says of itself.
    mutating func describe(_ format: StreamFormat) {
        if let name = format.codec {
            let found = VideoCodec(encodingName: Substring(name))
            if codec != found { (parameters, parameterBytes) = (nil, []) }
            codec = found
        }
        describedFPS = format.framesPerSecond
        describedSize = nil
        if let width = format.width, let height = format.height {
            describedSize = PictureSize(width: width, height: height)
        }
        format.parameters?.withUnsafeBytes { learn($0) }
    }

    /// Counts a frame of such a stream.
    mutating func receive(_ frame: StreamFrame, at now: Int64) {
        rates.add(bytes: frame.bytes, at: now)
        lastPacket = now
        guard frame.isWhole else {
            framesDropped &+= 1
            return
        }
        framesTotal &+= 1
        rates.addFrame(at: now)
        lastFrame = now
        guard let isKeyframe = frame.isKeyframe else { return }
        picture.add(size: frame.bytes, isKeyframe: isKeyframe, at: now)
        guard isKeyframe else { return }
        lastKeyframe = now
        if let time = frame.time {
            if let before = keyframeTime, time > before { keyframeInterval = Double(time - before) / 1_000 }
            keyframeTime = time
        }
    }

    private mutating func learn(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= 4_096, !bytes.elementsEqual(parameterBytes) else { return }
        let unit = Array(bytes)
        let found = codec == .h265 ? SequenceParameters(h265: unit) : SequenceParameters(h264: unit)
        guard let found else { return }
        parameterBytes = unit
        parameters = found
    }

    mutating func receiveReport(_ findings: RTCPFindings, wall: Int64) {
        guard let time = findings.senderTime else { return }
        let offset = time - Double(wall) / 1_000
        // Beyond a hundred years it is not a clock.
        if abs(offset) < 3_155_760_000 { clockOffset = offset }
    }

    /// Counts a packet of the video track. Returns whether a frame was completed.
    @discardableResult
    mutating func receive(_ bytes: UnsafeRawBufferPointer, at now: Int64) -> Bool {
        guard let packet = RTPPacket(bytes), payloadType == nil || packet.payloadType == payloadType else {
            return false
        }
        rates.add(bytes: bytes.count, at: now)
        packets &+= 1
        lastPacket = now
        var lost = 0
        switch tracker.take(packet.sequence, source: packet.source) {
        case .next(let gap): lost = gap
        case .late: return false
        case .restart:
            frame = nil
            transit = nil
            keyframeTimestamp = nil
        }
        packetsLost &+= UInt64(lost)
        let framesBefore = framesTotal &+ framesDropped
        if frame?.timestamp != packet.timestamp {
            changeFrame(to: packet.timestamp, lost: lost, at: now)
        } else if lost > 0 {
            frame?.isDamaged = true
        }
        inspect(packet, at: now)
        if packet.hasMarker {
            usesMarkers = true
            countFrame(at: now)
        }
        assert(framesTotal <= packets, "BUG: more frames were counted than packets came")
        return framesTotal &+ framesDropped != framesBefore
    }

    private mutating func changeFrame(to timestamp: UInt32, lost: Int, at now: Int64) {
        var isDamaged = false
        if let last = frame {
            // A frame without its last packet: the lost ones held it.
            let lastIsCut = !last.isCounted && usesMarkers && last.hasPicture
            if lost > 0, lastIsCut { frame?.isDamaged = true }
            countFrame(at: now)
            if last.hasPicture, !last.isDamaged { picture.add(size: last.bytes, isKeyframe: last.isKeyframe, at: now) }
            // What a camera leaves out itself, as one whose rate varies, is no loss.
            let missing = min(clock.missing(after: Int32(bitPattern: timestamp &- last.timestamp)), lost)
            framesDropped &+= UInt64(missing)
            isDamaged = lost > 0 && missing == 0 && !lastIsCut
        }
        frame = Frame(timestamp: timestamp, isDamaged: isDamaged)
        let arrival = Double(now) / 1e9 * Double(clock.rate)
        // The difference of two transits modulo 2^32, as the timestamps wrap.
        let current = arrival - Double(timestamp)
        if let transit {
            let difference = abs((current - transit).remainder(dividingBy: 4_294_967_296)) / Double(clock.rate)
            jitterSeconds += (min(difference, 10) - jitterSeconds) / 16
            assert((0...10).contains(jitterSeconds), "BUG: a jitter of \(jitterSeconds) s")
        }
        transit = current
    }

    private mutating func inspect(_ packet: RTPPacket, at now: Int64) {
        assert(frame?.timestamp == packet.timestamp, "BUG: a packet is counted to another picture than its own")
        frame?.bytes += packet.payload.count
        guard let codec else { return }
        let found = PayloadInspector.inspect(packet.payload, codec: codec)
        if found.hasPicture { frame?.hasPicture = true }
        if let place = found.parameters { learn(UnsafeRawBufferPointer(rebasing: packet.payload[place])) }
        if let size = found.size, describedSize == nil { describedSize = size }
        guard found.isKeyframe, frame?.isKeyframe == false else { return }
        frame?.isKeyframe = true
        lastKeyframe = now
        if let keyframeTimestamp {
            let difference = Int32(bitPattern: packet.timestamp &- keyframeTimestamp)
            if difference > 0 { keyframeInterval = Double(difference) / Double(clock.rate) }
        }
        keyframeTimestamp = packet.timestamp
    }

    /// Counts the present frame, once.
    private mutating func countFrame(at now: Int64) {
        guard let current = frame, !current.isCounted, current.hasPicture else { return }
        frame?.isCounted = true
        if current.isDamaged {
            framesDropped &+= 1
        } else {
            framesTotal &+= 1
            rates.addFrame(at: now)
        }
        lastFrame = now
    }

    mutating func fill(_ reading: inout ProbeReading, isLive: Bool, at now: Int64) {
        reading.framesTotal = framesTotal
        reading.framesDropped = framesDropped
        reading.packetsLost = packetsLost
        reading.bytesSkipped = bytesSkipped
        reading.jitterSeconds = jitterSeconds
        reading.keyframeIntervalSeconds = keyframeInterval
        reading.keyframeAgeSeconds = lastKeyframe.map { Double(max(0, now - $0)) / 1e9 }
        reading.clockOffsetSeconds = clockOffset
        reading.codec = codec?.name
        reading.width = parameters?.width ?? describedSize?.width
        reading.height = parameters?.height ?? describedSize?.height
        reading.profile = parameters?.profile
        reading.describedFPS = describedFPS ?? parameters?.framesPerSecond
        guard isLive else { return }
        (reading.fps, reading.bitrate) = rates.rates(at: now)
        reading.pictureSuspect = picture.suspicion(at: now)
    }
}
