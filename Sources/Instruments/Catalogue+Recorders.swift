internal import Model

extension Catalogue {
    public static let ffmpegProcessCPUPercent = MetricDefinition(
        "ffmpeg_process_cpu_percent", .gauge, labels: ["camera_id"],
        "Processor time of the camera's recorder over the last interval, in percent of one core.", unit: "percent",
        source: "/proc", isSeed: true)
    public static let ffmpegProcessMemoryMB = MetricDefinition(
        "ffmpeg_process_memory_mb", .gauge, labels: ["camera_id"],
        "Resident memory of the camera's recorder, in megabytes of 10^6 bytes.", unit: "megabytes", source: "/proc",
        isSeed: true)
    public static let ffmpegProcessUptimeSeconds = MetricDefinition(
        "ffmpeg_process_uptime_seconds", .gauge, labels: ["camera_id"],
        "Seconds since the camera's recorder was started.", unit: "seconds", source: "/proc", isSeed: true)
    public static let ffmpegProcessRestartsTotal = MetricDefinition(
        "ffmpeg_process_restarts_total", .counter, labels: ["camera_id"],
        "Times that the camera's recorder was started again since the camera is known.", source: "/proc", isSeed: true)
    public static let recorderUp = MetricDefinition(
        "recorder_up", .gauge, labels: ["camera_id"], "Whether the camera's recorder runs: 1 or 0.", source: "recorder")
    public static let recorderLastExitCode = MetricDefinition(
        "recorder_last_exit_code", .gauge, labels: ["camera_id"], "With which code the camera's recorder last ended.",
        source: "recorder")

    public static let recorderEndedOrderly = MetricDefinition(
        "recorder_ended_orderly", .gauge, labels: ["camera_id"],
        "1 for a day after a recorder that was found has ended as it was told to: by its -t, or asked by a signal.",
        source: "recorder")

    static let recorders = [
        ffmpegProcessCPUPercent, ffmpegProcessMemoryMB, ffmpegProcessUptimeSeconds, ffmpegProcessRestartsTotal,
        recorderUp, recorderEndedOrderly,
        recorderLastExitCode,
    ]

    public static let segmentProcessingSeconds = MetricDefinition(
        "segment_processing_seconds", .histogram, labels: ["camera_id"],
        buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
        "Seconds from a segment's planned end until it was closed on disk and its index was read.", unit: "seconds",
        source: "segments on disk", isSeed: true)
    public static let recordingLastSegmentTimestampSeconds = MetricDefinition(
        "recording_last_segment_timestamp_seconds", .gauge, labels: ["camera_id"],
        "When the newest segment was last written, in seconds since the Unix epoch.", unit: "seconds",
        source: "segments on disk")
    public static let recordingGapSecondsTotal = MetricDefinition(
        "recording_gap_seconds_total", .counter, labels: ["camera_id"], "Seconds of time that no segment covers.",
        unit: "seconds", source: "segments on disk")
    public static let recordingGapsTotal = MetricDefinition(
        "recording_gaps_total", .counter, labels: ["camera_id"], "Stretches of time that no segment covers.",
        source: "segments on disk")
    public static let recordingBytesPerHour = MetricDefinition(
        "recording_bytes_per_hour", .gauge, labels: ["camera_id"], "Bytes of footage an hour, over the last segments.",
        unit: "bytes an hour", source: "segments on disk")
    public static let recordingRetentionSeconds = MetricDefinition(
        "recording_retention_seconds", .gauge, labels: ["camera_id"], "Age of the oldest segment, in seconds.",
        unit: "seconds", source: "segments on disk")
    public static let recordingRetentionWantedSeconds = MetricDefinition(
        "recording_retention_wanted_seconds", .gauge, labels: ["camera_id"], "Footage that should be held, in seconds.",
        unit: "seconds", source: "configuration")

    public static let recordingOverdue = MetricDefinition(
        "recording_overdue", .gauge, labels: ["camera_id"],
        "1 while no video was written for longer than a segment takes, or the folder cannot be read; else 0.",
        source: "segments on disk")

    public static let recordingRetentionForecastSeconds = MetricDefinition(
        "recording_retention_forecast_seconds", .gauge, labels: ["camera_id"],
        "Footage that the filesystem will hold once it is full, or a quota leaves, at the present pace of all its recordings, in seconds.",
        unit: "seconds", source: "segments on disk")

    public static let recordingDeletedAgeSeconds = MetricDefinition(
        "recording_deleted_age_seconds", .gauge, labels: ["camera_id"],
        "How old the footage was that was deleted last from the old end, within a day, in seconds.",
        unit: "seconds", source: "segments on disk")

    public static let cameraFootageSecondsTotal = MetricDefinition(
        "camera_footage_seconds_total", .counter, labels: ["camera_id"],
        "Seconds of time that footage covers, of the time in which it was due; on motion, of all time. Counted when a segment is closed.",
        unit: "seconds", source: "segments on disk")
    public static let cameraFootageDueSecondsTotal = MetricDefinition(
        "camera_footage_due_seconds_total", .counter, labels: ["camera_id"],
        "Seconds in which footage was due and of which it is known whether there was any; absent of a camera recorded on motion.",
        unit: "seconds", source: "segments on disk")

    static let recordings = [
        cameraFootageSecondsTotal, cameraFootageDueSecondsTotal,
        recordingRetentionForecastSeconds, recordingDeletedAgeSeconds,
        recordingOverdue,
        segmentProcessingSeconds, recordingLastSegmentTimestampSeconds, recordingGapSecondsTotal, recordingGapsTotal,
        recordingBytesPerHour, recordingRetentionSeconds, recordingRetentionWantedSeconds,
    ]
}
