internal import Model

extension Catalogue {
    public static let diskSpaceFreeBytes = MetricDefinition(
        "disk_space_free_bytes", .gauge, labels: ["mount_point"], "Bytes that an ordinary user may still write.",
        unit: "bytes", source: "statvfs", isSeed: true)
    public static let diskSpaceUsedBytes = MetricDefinition(
        "disk_space_used_bytes", .gauge, labels: ["mount_point"], "Bytes in use.", unit: "bytes", source: "statvfs",
        isSeed: true)
    public static let diskSpaceTotalBytes = MetricDefinition(
        "disk_space_total_bytes", .gauge, labels: ["mount_point"], "Size of the filesystem in bytes.", unit: "bytes",
        source: "statvfs", isSeed: true)
    public static let diskSpaceUsedPercent = MetricDefinition(
        "disk_space_used_percent", .gauge, labels: ["mount_point"],
        "100 less the free share of the filesystem in percent.", unit: "percent", source: "statvfs", isSeed: true)
    public static let diskIOReadBytesTotal = MetricDefinition(
        "disk_io_read_bytes_total", .counter, labels: ["device"], "Bytes read from the device.", unit: "bytes",
        source: "/proc/diskstats", isSeed: true)
    public static let diskIOWriteBytesTotal = MetricDefinition(
        "disk_io_write_bytes_total", .counter, labels: ["device"], "Bytes written to the device.", unit: "bytes",
        source: "/proc/diskstats", isSeed: true)
    public static let diskIOLatencyMs = MetricDefinition(
        "disk_io_latency_ms", .histogram, labels: ["device", "operation"],
        buckets: [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000],
        "Milliseconds that a timed write of 4 KiB past all caches took, or the read of it.", unit: "milliseconds",
        source: "timed writes and reads", isSeed: true)
    public static let diskFullInSeconds = MetricDefinition(
        "disk_full_in_seconds", .gauge, labels: ["mount_point"],
        "Seconds until the filesystem is full at the present pace.", unit: "seconds", source: "statvfs")

    public static let diskReadOnly = MetricDefinition(
        "disk_read_only", .gauge, labels: ["mount_point"], "Whether the filesystem is mounted read-only: 1 or 0.",
        source: "/proc/self/mountinfo")
    public static let diskRecycled = MetricDefinition(
        "disk_recycled", .gauge, labels: ["mount_point"],
        "1 while old footage is seen to go from the filesystem again and again and no more of it is used than before, else 0.",
        source: "segments on disk, statvfs")
    public static let diskInodesUsedPercent = MetricDefinition(
        "disk_inodes_used_percent", .gauge, labels: ["mount_point"],
        "Used share of the filesystem's inodes in percent; without them no file can be made.", unit: "percent",
        source: "statvfs")

    static let disks = [
        diskSpaceFreeBytes, diskSpaceUsedBytes, diskSpaceTotalBytes, diskSpaceUsedPercent, diskIOReadBytesTotal,
        diskIOWriteBytesTotal, diskIOLatencyMs, diskFullInSeconds, diskReadOnly, diskRecycled,
        diskInodesUsedPercent,
    ]

    public static let networkBytesSentTotal = MetricDefinition(
        "network_bytes_sent_total", .counter, labels: ["interface"], "Bytes sent over the interface.", unit: "bytes",
        source: "/proc/net/dev", isSeed: true)
    public static let networkBytesReceivedTotal = MetricDefinition(
        "network_bytes_received_total", .counter, labels: ["interface"], "Bytes received over the interface.",
        unit: "bytes", source: "/proc/net/dev", isSeed: true)
    public static let networkErrorsTotal = MetricDefinition(
        "network_errors_total", .counter, labels: ["interface"], "Packets that were sent or received with an error.",
        unit: "packets", source: "/proc/net/dev", isSeed: true)
    public static let networkDropsTotal = MetricDefinition(
        "network_drops_total", .counter, labels: ["interface"], "Packets that were dropped in either direction.",
        unit: "packets", source: "/proc/net/dev", isSeed: true)

    static let networks = [networkBytesSentTotal, networkBytesReceivedTotal, networkErrorsTotal, networkDropsTotal]
}
