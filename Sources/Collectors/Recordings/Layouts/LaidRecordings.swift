/// The recordings of one camera, as they lie in a recorder's layout.
package struct LaidRecordings: Sendable, Hashable {
    /// Who lays them so, for people.
    package var recorder: String
    /// What the camera is called there; a name for its id.
    package var camera: String
    /// As `recordings[].path` has it: the folder and the pattern of the names.
    package var path: String
    /// How long a segment is; seconds, of the last ones where they tell, else a minute.
    package var segmentSeconds: Int
    /// When the newest segment was last written; milliseconds since the Unix epoch.
    package var lastWrite: Int64
    /// How many segments were seen.
    package var count: Int
    /// Whether there are pauses between its segments, as where a recorder records on motion.
    package var hasPauses: Bool
    /// Numbers of the camera's other streams.
    package var otherStreams: [String] = []
    /// The path of its newest segment.
    package var newest: String
}
