internal import Model

extension Catalogue {
    public static let logInputLinesTotal = MetricDefinition(
        "log_input_lines_total", .counter, labels: ["input"], "Lines read from the input's files.",
        source: "filebeat.yml")
    public static let logInputEventsTotal = MetricDefinition(
        "log_input_events_total", .counter, labels: ["input"], "Events stored of the input.", source: "filebeat.yml")
    public static let logInputLeftOutEventsTotal = MetricDefinition(
        "log_input_left_out_events_total", .counter, labels: ["input"],
        "Events that filters and processors of the input left out.", source: "filebeat.yml")
    public static let logInputCutEventsTotal = MetricDefinition(
        "log_input_cut_events_total", .counter, labels: ["input"],
        "Events whose end was cut off, as they had more than max_bytes or max_lines.", source: "filebeat.yml")
    public static let logInputOldEventsTotal = MetricDefinition(
        "log_input_old_events_total", .counter, labels: ["input"],
        "Events that were older than what is kept when they were read: they go at once.", source: "filebeat.yml")
    public static let logInputFutureEventsTotal = MetricDefinition(
        "log_input_future_events_total", .counter, labels: ["input"],
        "Events whose time was more than ten minutes ahead when they were read.", source: "filebeat.yml")
    public static let logInputDroppedMessagesTotal = MetricDefinition(
        "log_input_dropped_messages_total", .counter, labels: ["input"],
        "Messages from the network that are lost, as they came faster than they were stored, or made no sense.",
        source: "filebeat.yml")
    public static let logInputOpenFiles = MetricDefinition(
        "log_input_open_files", .gauge, labels: ["input"], "Files of the input that are open.", source: "filebeat.yml")
    public static let logInputUnreadableFiles = MetricDefinition(
        "log_input_unreadable_files", .gauge, labels: ["input"],
        "Files and folders of the input that cannot be read; the status page says why.", source: "filebeat.yml")

    public static let logDoorEventsTotal = MetricDefinition(
        "log_door_events_total", .counter, labels: ["door"],
        "Log events that shippers and clients sent and that are stored, by protocol.", source: "the logs")
    public static let logDoorBytesTotal = MetricDefinition(
        "log_door_bytes_total", .counter, labels: ["door"],
        "Bytes as they came of what log_door_events_total counts.", source: "the logs")
    public static let logDoorRefusedTotal = MetricDefinition(
        "log_door_refused_total", .counter, labels: ["door"],
        "Requests, connections and messages of log shippers that were not taken: broken, too large, or too many at once.",
        source: "the logs")

    public static let logPipelineTakenEventsTotal = MetricDefinition(
        "log_pipeline_taken_events_total", .counter, labels: ["pipeline"],
        "Events that went into the pipeline since its files were read.", source: "logstash/")
    public static let logPipelineGivenEventsTotal = MetricDefinition(
        "log_pipeline_given_events_total", .counter, labels: ["pipeline"],
        "Events that came out of the pipeline's filters: fewer where some are dropped, more where they are divided.",
        source: "logstash/")
    public static let logPipelineConditionFailuresTotal = MetricDefinition(
        "log_pipeline_condition_failures_total", .counter, labels: ["pipeline"],
        "Comparisons that could not be made, as of a field that is absent with a number; the event has the tag "
            + "_conditionfailure.", source: "logstash/")
    public static let logPipelineWaitingEvents = MetricDefinition(
        "log_pipeline_waiting_events", .gauge, labels: ["output"],
        "Events that wait for an output of a pipeline other than the store.", source: "logstash/")
    public static let logPipelineLostEventsTotal = MetricDefinition(
        "log_pipeline_lost_events_total", .counter, labels: ["output"],
        "Events that such an output did not get, as too many waited for it.", source: "logstash/")

    public static let logEventsTotal = MetricDefinition(
        "log_events_total", .counter, labels: ["component", "level", "event"],
        "Log events that this server stored since its start, its own and those of agents; names beyond a bound are other.",
        source: "the logs")
    public static let logLateEventsTotal = MetricDefinition(
        "log_late_events_total", .counter, labels: ["component", "level", "event"],
        "Those of log_events_total that were older than 15 minutes when they were stored, as of a file that is read for the "
            + "first time.", source: "the logs")

    static let logs = [
        logEventsTotal, logLateEventsTotal, logDoorEventsTotal, logDoorBytesTotal, logDoorRefusedTotal,
        logInputLinesTotal, logInputEventsTotal, logInputLeftOutEventsTotal, logInputCutEventsTotal,
        logInputOldEventsTotal, logInputFutureEventsTotal, logInputDroppedMessagesTotal, logInputOpenFiles,
        logInputUnreadableFiles, logPipelineTakenEventsTotal, logPipelineGivenEventsTotal,
        logPipelineConditionFailuresTotal, logPipelineWaitingEvents, logPipelineLostEventsTotal,
    ]
}
