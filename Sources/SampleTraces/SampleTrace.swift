internal import Base
internal import Model

/// A trace that is being told: spans are begun, and last until all that they wait for is done.
struct SampleTrace {
    let camera: String
    /// Whether the camera's uploads fail.
    let isTroubled: Bool
    /// How long a worker looks at a frame, most of the time.
    var inference = Duration.milliseconds(46)
    /// How long a frame waits for a worker; `nil` for some seconds.
    var queueWait: Duration?
    var random: SampleRandom
    private(set) var spans: [Span] = []
    /// Nanoseconds since the Unix epoch.
    private var now: Int64
    private let traceID: TraceID
    /// Places in `spans` of those that are open.
    private var open: [Int] = []

    init(camera: String, at time: Int64, isTroubled: Bool, random: SampleRandom) {
        self.camera = camera
        self.isTroubled = isTroubled
        self.random = random
        now = time
        traceID = TraceID(high: self.random.next(), low: self.random.next() | 1)
    }

    // MARK: Telling

    private mutating func span(
        _ service: SampleService, _ name: String, _ kind: Span.Kind, _ attributes: [SpanAttribute],
        before: Double = 0.05, _ work: (inout SampleTrace) -> Void
    ) {
        now += random.work(milliseconds: before)
        var span = Span(traceID: traceID, spanID: SpanID(random.next() | 1), start: now, end: now)
        span.name = name
        span.kind = kind
        span.attributes = attributes
        span.flags = 0x101
        span.resource = service.resource
        span.scope = service.scope
        if let parent = open.last {
            span.parentID = spans[parent].spanID
            if spans[parent].resource != span.resource { span.flags = 0x301 }
        }
        let place = spans.count
        spans.append(span)
        open.append(place)
        work(&self)
        open.removeLast()
        spans[place].end = now
    }

    private mutating func lasts(_ milliseconds: Double) { now += random.work(milliseconds: milliseconds) }

    private mutating func fails(_ message: String, type: String) {
        guard let place = open.last else { return }
        spans[place].status = .error
        spans[place].statusMessage = message
        spans[place].attributes.append(SpanAttribute("error.type", .string(type)))
        spans[place].events.append(
            Span.Event(
                time: now, name: "exception",
                attributes: [
                    SpanAttribute("exception.type", .string(type)),
                    SpanAttribute("exception.message", .string(message)),
                ]))
    }

    private mutating func note(_ key: String, _ value: SpanValue) {
        guard let place = open.last else { return }
        spans[place].attributes.append(SpanAttribute(key, value))
    }

    private var cameraAttribute: SpanAttribute { SpanAttribute("vms.camera.id", .string(camera)) }

    // MARK: Parts of stories

    private mutating func query(_ service: SampleService, _ operation: String, _ table: String, _ text: String) {
        span(
            service, "\(operation) \(table)", .client,
            [
                SpanAttribute("db.system.name", .string("postgresql")), SpanAttribute("db.namespace", .string("vms")),
                SpanAttribute("db.operation.name", .string(operation)),
                SpanAttribute("db.collection.name", .string(table)), SpanAttribute("db.query.text", .string(text)),
                SpanAttribute("server.address", .string("db-1")), SpanAttribute("server.port", .integer(5_432)),
            ]
        ) { trace in
            trace.lasts(1.8)
            if operation == "SELECT" {
                trace.note("db.response.returned_rows", .integer(Int64(trace.random.below(40))))
            }
            if trace.random.happens(in: 4) {
                trace.fails("canceling statement due to statement timeout", type: "QueryCanceled")
            }
        }
    }

    /// A request from one service to another, seen by both.
    private mutating func request(
        _ client: SampleService, _ server: SampleService, _ method: String, _ route: String, _ path: String,
        work: (inout SampleTrace) -> Void
    ) {
        let status = random.happens(in: 8) ? 503 : method == "POST" ? 201 : 200
        span(
            client, method, .client,
            [
                SpanAttribute("http.request.method", .string(method)),
                SpanAttribute("url.full", .string("http://\(server.name):8080\(path)")),
                SpanAttribute("server.address", .string(server.name)), SpanAttribute("server.port", .integer(8_080)),
                SpanAttribute("network.protocol.version", .string("1.1")),
                SpanAttribute("http.response.status_code", .integer(Int64(status))),
            ]
        ) { trace in
            trace.served(server, method, route, path, status, from: client.host, work)
            if status >= 500 { trace.fails("503 Service Unavailable", type: "503") }
            trace.lasts(0.2)
        }
    }

    private mutating func served(
        _ server: SampleService, _ method: String, _ route: String, _ path: String, _ status: Int, from peer: String,
        _ work: (inout SampleTrace) -> Void
    ) {
        span(
            server, "\(method) \(route)", .server,
            [
                SpanAttribute("http.request.method", .string(method)), SpanAttribute("http.route", .string(route)),
                SpanAttribute("url.path", .string(path)), SpanAttribute("url.scheme", .string("http")),
                SpanAttribute("http.response.status_code", .integer(Int64(status))),
                SpanAttribute("client.address", .string(peer)), cameraAttribute,
            ], before: 0.4
        ) { trace in
            work(&trace)
            if status == 503 { trace.fails("the pool of connections is exhausted", type: "503") }
            if status == 504 { trace.fails("504 Gateway Timeout", type: "504") }
        }
    }

    private mutating func message(
        _ sender: SampleService, _ receiver: SampleService, _ queue: String, work: (inout SampleTrace) -> Void
    ) {
        let attributes = [
            SpanAttribute("messaging.system", .string("rabbitmq")),
            SpanAttribute("messaging.destination.name", .string(queue)), cameraAttribute,
            SpanAttribute("network.protocol.name", .string("amqp")),
        ]
        let number = SpanAttribute("messaging.message.id", .integer(Int64(random.below(1 << 40))))
        span(sender, "send \(queue)", .producer, attributes + [number]) { trace in
            trace.lasts(0.6)
            trace.span(
                receiver, "process \(queue)", .consumer,
                attributes + [
                    number, SpanAttribute("vms.ai.queue_wait", .number(Double(trace.random.below(4_000)) / 1_000)),
                ],
                before: 12, work)
        }
    }

    // MARK: Stories

    mutating func segment() {
        let recorder = SampleService.recorder(of: camera)
        let name = "\(camera)/\(now / 1_000_000_000).mkv"
        let size = Int64(6_000_000 + random.below(9_000_000))
        let segment = SpanAttribute("vms.segment.name", .string(name))
        span(
            recorder, "segment write", .internal,
            [
                cameraAttribute, segment, SpanAttribute("vms.segment.size", .integer(size)),
                SpanAttribute("vms.stream.protocol", .string("rtsp")),
                SpanAttribute(
                    "vms.segment.dropped_frames", .integer(random.happens(in: 30) ? Int64(random.below(40)) : 0)),
            ]
        ) { trace in
            trace.now += 60_000_000_000 + Int64(trace.random.below(80_000_000))
            trace.span(
                recorder, "segment finalize", .internal,
                [
                    trace.cameraAttribute, segment, SpanAttribute("vms.segment.size", .integer(size)),
                    SpanAttribute("vms.segment.format", .string("matroska")),
                ]
            ) { trace in
                trace.lasts(14)
            }
            trace.message(recorder, .indexer, "segments") { trace in
                trace.query(
                    .indexer, "INSERT", "segments",
                    "INSERT INTO segments (camera_id, name, size, started) VALUES ($1, $2, $3, $4)")
                trace.message(.indexer, .uploader, "uploads") { trace in trace.upload(name, size) }
            }
        }
    }

    private mutating func upload(_ name: String, _ size: Int64) {
        let isFailing = isTroubled ? random.happens(in: 700) : random.happens(in: 12)
        span(
            .uploader, "PUT", .client,
            [
                SpanAttribute("http.request.method", .string("PUT")),
                SpanAttribute("url.full", .string("https://footage.example.org/archive/\(name)")),
                SpanAttribute("server.address", .string("footage.example.org")),
                SpanAttribute("http.response.status_code", .integer(isFailing ? 507 : 200)),
                SpanAttribute("vms.segment.size", .integer(size)), cameraAttribute,
            ]
        ) { trace in
            trace.lasts(trace.isTroubled ? 4_200 : 380)
            if isFailing { trace.fails("507 Insufficient Storage: the bucket of \(trace.camera) is full", type: "507") }
        }
        query(.uploader, "UPDATE", "segments", "UPDATE segments SET uploaded = now() WHERE name = $1")
    }

    mutating func plate() {
        let worker = SampleService.worker(random.below(3))
        let wait = Double(random.below(9_000)) / 1_000
        span(
            worker, "process frames", .consumer,
            [
                SpanAttribute("messaging.system", .string("redis")),
                SpanAttribute("messaging.destination.name", .string("frames")), cameraAttribute,
                SpanAttribute("vms.ai.job_type", .string("plate")),
                SpanAttribute("vms.ai.queue_wait", .number(queueWait.map { $0 / .seconds(1) } ?? wait)),
            ]
        ) { trace in
            trace.span(
                worker, "model infer", .internal,
                [
                    trace.cameraAttribute, SpanAttribute("vms.ai.job_type", .string("plate")),
                    SpanAttribute("vms.ai.model", .string("plates-v3")), SpanAttribute("vms.ai.batch", .integer(4)),
                    SpanAttribute("vms.ai.device", .string("cuda:0")),
                ]
            ) { trace in
                trace.lasts(trace.inference / .milliseconds(1))
                if trace.random.happens(in: 15) { trace.fails("CUDA out of memory", type: "OutOfMemoryError") }
            }
            if trace.random.happens(in: 400) { return }
            trace.note("vms.ai.confidence", .number(0.5 + trace.random.fraction() / 2))
            trace.request(worker, .api, "POST", "/api/plates", "/api/plates") { trace in
                trace.query(
                    .api, "INSERT", "plates", "INSERT INTO plates (camera_id, text, confidence) VALUES ($1, $2, $3)")
                trace.lasts(0.7)
            }
        }
    }

    mutating func live() {
        let camera = camera
        served(.gateway, "POST", "/whep/{camera}", "/whep/\(camera)", 201, from: "192.0.2.\(random.below(200))") {
            trace in
            trace.note("vms.stream.protocol", .string("webrtc"))
            trace.request(.gateway, .api, "GET", "/api/cameras/{id}", "/api/cameras/\(camera)") { trace in
                trace.query(.api, "SELECT", "cameras", "SELECT id, url, state FROM cameras WHERE id = $1")
            }
            trace.span(.gateway, "ice negotiate", .internal, [trace.cameraAttribute]) { $0.lasts(120) }
        }
    }

    mutating func stalled() {
        let camera = camera
        served(.gateway, "POST", "/whep/{camera}", "/whep/\(camera)", 504, from: "192.0.2.\(random.below(200))") {
            trace in
            trace.request(.gateway, .api, "GET", "/api/cameras/{id}", "/api/cameras/\(camera)") {
                $0.query(.api, "SELECT", "cameras", "SELECT id, url, state FROM cameras WHERE id = $1")
            }
            trace.span(
                .gateway, "wait for key frame", .internal,
                [trace.cameraAttribute, SpanAttribute("vms.stream.protocol", .string("rtsp"))]
            ) { trace in
                trace.now += 10_000_000_000
                trace.fails("no key frame from \(camera) within 10 s", type: "TimeoutError")
            }
        }
    }

    mutating func search() {
        let camera = camera
        let from = now / 1_000_000_000 - Int64(random.below(500_000))
        served(
            .api, "GET", "/api/recordings", "/api/recordings", 200, from: "192.0.2.\(random.below(200))"
        ) { trace in
            trace.note("url.query", .string("camera=\(camera)&from=\(from)"))
            trace.query(
                .api, "SELECT", "segments",
                "SELECT name, size, started FROM segments WHERE camera_id = $1 AND started > $2 ORDER BY started"
            )
            trace.lasts(2.2)
        }
    }

    mutating func playback() {
        let camera = camera
        served(
            .playback, "GET", "/playback/{camera}/{segment}", "/playback/\(camera)/\(random.below(100_000)).mkv", 206,
            from: "192.0.2.\(random.below(200))"
        ) { trace in
            trace.request(.playback, .api, "GET", "/api/segments/{id}", "/api/segments/\(trace.random.below(1 << 30))")
            {
                $0.query(.api, "SELECT", "segments", "SELECT name, size FROM segments WHERE id = $1")
            }
            trace.span(
                .playback, "remux", .internal,
                [trace.cameraAttribute, SpanAttribute("vms.stream.protocol", .string("hls"))]
            ) { $0.lasts(160) }
        }
    }
}
