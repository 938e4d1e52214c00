internal import Model

extension Catalogue {
    public static let cameraConnectionStatus = MetricDefinition(
        "camera_connection_status", .gauge, labels: ["camera_id"],
        "Whether media arrives from the camera: 1 while it does, else 0; the reason is in camera_connection_failures_total.",
        source: "recorder, probe or gateway", isSeed: true)
    public static let cameraPaused = MetricDefinition(
        "camera_paused", .gauge, labels: ["camera_id"],
        "1 while nothing is to be told of the camera: in a maintenance window, or while it is meant to give no footage and nothing else tells of it.",
        source: "configuration")
    public static let cameraFPS = MetricDefinition(
        "camera_fps", .gauge, labels: ["camera_id"],
        "Frames a second that the camera delivered over the last 10 seconds; 0 while it is down.",
        unit: "frames a second", source: "recorder, probe or gateway", isSeed: true)
    public static let cameraFPSExpected = MetricDefinition(
        "camera_fps_expected", .gauge, labels: ["camera_id"],
        "The least frames a second that are expected of the camera: from the configuration, else what it usually gives.",
        unit: "frames a second", source: "configuration, or learned")
    public static let cameraBitrate = MetricDefinition(
        "camera_bitrate", .gauge, labels: ["camera_id"],
        "Bits a second that arrived from the camera over the last 10 seconds.", unit: "bits a second",
        source: "recorder, probe or gateway", isSeed: true)
    public static let cameraFramesTotal = MetricDefinition(
        "camera_frames_total", .counter, labels: ["camera_id"], "Frames that the camera delivered.", unit: "frames",
        source: "recorder or probe")
    public static let cameraFramesDroppedTotal = MetricDefinition(
        "camera_frames_dropped_total", .counter, labels: ["camera_id"],
        "Frames that should have come and did not, or came damaged.", unit: "frames", source: "recorder or probe",
        isSeed: true)
    public static let cameraLastFrameTimestamp = MetricDefinition(
        "camera_last_frame_timestamp", .gauge, labels: ["camera_id"],
        "When the last frame came, in seconds since the Unix epoch.", unit: "seconds", source: "recorder or probe",
        isSeed: true)
    public static let cameraConnectionFailuresTotal = MetricDefinition(
        "camera_connection_failures_total", .counter, labels: ["camera_id", "reason"],
        "Times that the camera gave no media, by reason.", source: "recorder or probe")
    public static let cameraTroubleInfo = MetricDefinition(
        "camera_trouble_info", .gauge, labels: ["camera_id", "state", "reason", "sentence"],
        "1 while a camera is offline, stalled or not recording; the labels say it as the pages do.",
        source: "recorder or probe")
    public static let cameraSharedCauseInfo = MetricDefinition(
        "camera_shared_cause_info", .gauge, labels: ["camera_id", "kind", "cause"],
        "1 while the camera is down or not recorded together with others that share a cause: a login, credentials, a disk, an address, a group, a subnet or the node.",
        source: "judged of all cameras")
    public static let cameraSharedCauseCameras = MetricDefinition(
        "camera_shared_cause_cameras", .gauge, labels: ["kind", "cause"],
        "How many cameras that are watched share a cause by which some are down together.", unit: "cameras",
        source: "judged of all cameras")
    public static let cameraSharedCauseSpanSeconds = MetricDefinition(
        "camera_shared_cause_span_seconds", .gauge, labels: ["kind", "cause"],
        "From the fall of the first camera to that of the last one, of those that are down together, in seconds; absent where they were never seen well.",
        unit: "seconds", source: "judged of all cameras")
    public static let cameraKeyframeIntervalSeconds = MetricDefinition(
        "camera_keyframe_interval_seconds", .gauge, labels: ["camera_id"], "Seconds between the last two key frames.",
        unit: "seconds", source: "probe")
    public static let cameraKeyframeAgeSeconds = MetricDefinition(
        "camera_keyframe_age_seconds", .gauge, labels: ["camera_id"], "Seconds since the last key frame.",
        unit: "seconds", source: "probe")
    public static let cameraRTPPacketsLostTotal = MetricDefinition(
        "camera_rtp_packets_lost_total", .counter, labels: ["camera_id"],
        "RTP packets whose sequence numbers never came.", unit: "packets", source: "probe")
    public static let cameraRTSPBytesSkippedTotal = MetricDefinition(
        "camera_rtsp_bytes_skipped_total", .counter, labels: ["camera_id"],
        "Bytes between a camera's packets that were no RTSP.", unit: "bytes", source: "probe")
    public static let cameraRTPJitterSeconds = MetricDefinition(
        "camera_rtp_jitter_seconds", .gauge, labels: ["camera_id"],
        "Interarrival jitter as RFC 3550 has it, in seconds.", unit: "seconds", source: "probe")
    public static let cameraClockOffsetSeconds = MetricDefinition(
        "camera_clock_offset_seconds", .gauge, labels: ["camera_id"], "The camera's clock minus ours, in seconds.",
        unit: "seconds", source: "probe")
    public static let cameraFirstFrameSeconds = MetricDefinition(
        "camera_first_frame_seconds", .gauge, labels: ["camera_id"],
        "Seconds from the start of connecting to the first frame, at the last connection.", unit: "seconds",
        source: "probe")
    public static let cameraPictureSuspect = MetricDefinition(
        "camera_picture_suspect", .gauge, labels: ["camera_id", "kind"],
        "1 while the sizes of frames hint at a frozen or black picture, else 0.", source: "probe")
    public static let cameraStreamInfo = MetricDefinition(
        "camera_stream_info", .gauge, labels: ["camera_id", "codec", "width", "height", "profile"],
        "Always 1; the labels describe the stream.", source: "probe")

    public static let cameraSubstreamUp = MetricDefinition(
        "camera_substream_up", .gauge, labels: ["camera_id", "stream"],
        "Whether media arrives on a stream beside the camera's main one: 1 while it does, else 0; absent while nothing watches it.",
        source: "recorder or probe")
    public static let cameraSubstreamFPS = MetricDefinition(
        "camera_substream_fps", .gauge, labels: ["camera_id", "stream"],
        "Frames a second on a stream beside the camera's main one, over the last 10 seconds; 0 while it is down.",
        source: "recorder or probe")
    public static let cameraSubstreamBitrate = MetricDefinition(
        "camera_substream_bitrate", .gauge, labels: ["camera_id", "stream"],
        "Bits a second on a stream beside the camera's main one, over the last 10 seconds.", unit: "bits a second",
        source: "recorder or probe")
    /// Those of streams beside cameras' main ones.
    public static let substreams = [cameraSubstreamUp, cameraSubstreamFPS, cameraSubstreamBitrate]

    static let cameras = [
        cameraConnectionStatus, cameraPaused, cameraFPS, cameraFPSExpected, cameraBitrate, cameraFramesTotal,
        cameraFramesDroppedTotal,
        cameraLastFrameTimestamp, cameraConnectionFailuresTotal, cameraTroubleInfo,
        cameraSharedCauseInfo, cameraSharedCauseCameras, cameraSharedCauseSpanSeconds, cameraKeyframeIntervalSeconds,
        cameraKeyframeAgeSeconds,
        cameraRTPPacketsLostTotal, cameraRTSPBytesSkippedTotal, cameraRTPJitterSeconds, cameraClockOffsetSeconds,
        cameraFirstFrameSeconds, cameraPictureSuspect, cameraStreamInfo, cameraSubstreamUp, cameraSubstreamFPS,
        cameraSubstreamBitrate,
    ]
}
