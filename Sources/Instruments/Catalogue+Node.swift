internal import Model

/// Names of node_exporter (https://github.com/prometheus/node_exporter) that rules and dashboards use, so that they work
/// where none runs. They are no part of ``Catalogue/all``: a host that has a node_exporter has them already.
public enum NodeCatalogue {
    public static let cpuSecondsTotal = MetricDefinition(
        "node_cpu_seconds_total", .counter, labels: ["cpu", "mode"], "Seconds that a processor spent in each mode.")
    public static let memoryBytes: [String: MetricDefinition] = Dictionary(
        uniqueKeysWithValues: ["MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SwapTotal", "SwapFree"].map
        { field in
            (
                field,
                MetricDefinition("node_memory_\(field)_bytes", .gauge, "Memory: \(field) of /proc/meminfo, in bytes.")
            )
        })
    public static let load1 = MetricDefinition("node_load1", .gauge, "Load average of one minute.")
    public static let load5 = MetricDefinition("node_load5", .gauge, "Load average of five minutes.")
    public static let load15 = MetricDefinition("node_load15", .gauge, "Load average of fifteen minutes.")
    public static let bootTimeSeconds = MetricDefinition(
        "node_boot_time_seconds", .gauge, "When the machine was started, in seconds since the Unix epoch.")
    public static let timeSeconds = MetricDefinition(
        "node_time_seconds", .gauge, "The machine's clock, in seconds since the Unix epoch.")
    public static let filesystemSizeBytes = MetricDefinition(
        "node_filesystem_size_bytes", .gauge, labels: ["device", "fstype", "mountpoint"],
        "Size of the filesystem in bytes.")
    public static let filesystemFreeBytes = MetricDefinition(
        "node_filesystem_free_bytes", .gauge, labels: ["device", "fstype", "mountpoint"],
        "Free bytes of the filesystem.")
    public static let filesystemAvailBytes = MetricDefinition(
        "node_filesystem_avail_bytes", .gauge, labels: ["device", "fstype", "mountpoint"],
        "Bytes that an ordinary user may still write.")
    public static let diskReadBytesTotal = MetricDefinition(
        "node_disk_read_bytes_total", .counter, labels: ["device"], "Bytes read from the device.")
    public static let diskWrittenBytesTotal = MetricDefinition(
        "node_disk_written_bytes_total", .counter, labels: ["device"], "Bytes written to the device.")
    public static let diskIOTimeSecondsTotal = MetricDefinition(
        "node_disk_io_time_seconds_total", .counter, labels: ["device"], "Seconds in which the device had work.")
    public static let networkReceiveBytesTotal = MetricDefinition(
        "node_network_receive_bytes_total", .counter, labels: ["device"], "Bytes received over the interface.")
    public static let networkTransmitBytesTotal = MetricDefinition(
        "node_network_transmit_bytes_total", .counter, labels: ["device"], "Bytes sent over the interface.")
    public static let textfileMtimeSeconds = MetricDefinition(
        "node_textfile_mtime_seconds", .gauge, labels: ["file"],
        "When a textfile was last written, in seconds since the Unix epoch.")
    public static let textfileScrapeError = MetricDefinition(
        "node_textfile_scrape_error", .gauge, "1 if a textfile could not be read, else 0.")
}
