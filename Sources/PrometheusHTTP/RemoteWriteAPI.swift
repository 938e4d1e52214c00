internal import Base
internal import Codecs
internal import Exposition
internal import HTTPKit
internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import NIOCore

/// `/api/v1/write`: samples that another program sends, by remote write 1.0 or 2.0.
///
/// The answer is 204 only when everything was stored. Otherwise what can be stored is, and 400 tells what was not:
/// senders do not repeat a request that was answered so, and repeat it after a 5xx.
struct RemoteWriteAPI: Sendable {
    let appender: any SampleAppender
    private let lanes: MessageLanes
    private let refs = SeriesRefCache()

    init(appender: any SampleAppender, lanes: MessageLanes) {
        self.appender = appender
        self.lanes = lanes
    }

    /// What was written, as version 2 wants it told.
    private struct Written: Sendable {
        var samples = 0
        var exemplars = 0
        var refusal: String?
    }

    func write(_ request: Request) async -> Response {
        guard let version = RemoteWriteRequest.Version(contentType: request.headers[.contentType] ?? "") else {
            return Self.answer(
                .unsupportedMediaType,
                "the content type is not one of remote write; send application/x-protobuf, with "
                    + "proto=prometheus.WriteRequest or proto=io.prometheus.write.v2.Request")
        }
        guard (request.headers[.contentEncoding] ?? "snappy").lowercased() == "snappy" else {
            return Self.answer(.unsupportedMediaType, "remote write is compressed with snappy; send it so")
        }
        do {
            let body = try await request.body.collect(upTo: MessageLanes.bodyBytesMax)
            let written = try await lanes.run(bodyBytes: body.readableBytes) { limit in
                try body.withUnsafeReadableBytes { try Snappy.decompress($0, limit: limit) }
            } _: { message in
                try message.withUnsafeBytes { try store($0, version) }
            }
            return Self.answer(written)
        } catch let error as SnappyError {
            return Self.answer(error.code == .tooLarge ? .contentTooLarge : .badRequest, error.description)
        } catch let error as RemoteWriteError {
            return Self.answer(.badRequest, error.description)
        } catch is NIOTooManyBytesError {
            return Self.answer(
                .contentTooLarge,
                "the request has more than \(MessageLanes.bodyBytesMax) bytes; send fewer samples at once")
        } catch let error as MessagesBusy {
            var response = Self.answer(.serviceUnavailable, error.description)
            response.headers[.retryAfter] = MessagesBusy.retryAfter
            return response
        } catch {
            return Self.answer(.serviceUnavailable, "\(error)")
        }
    }

    /// Appends what a message says.
    /// - Throws: ``RemoteWriteError`` where it says nothing, and the store's error, when nothing was stored and the same
    ///   request may be sent again.
    private func store(_ message: UnsafeRawBufferPointer, _ version: RemoteWriteRequest.Version) throws -> Written {
        let request = try RemoteWriteRequest(message, version: version, known: refs.ref)
        let (batch, sent) = try resolved(request)
        var exemplars = sent
        let outcome = try appender.append(batch) { unknown in
            // Their labels are read after all.
            let fresh = try resolved(try RemoteWriteRequest(message, version: version))
            exemplars = fresh.exemplars
            let renewed = zip(batch, fresh.batch).lazy.map { ($0.ref, $1.ref) }.filter { unknown.contains($0.0) }
            return Dictionary(renewed) { first, _ in first }
        }
        try appender.append(exemplars: exemplars)
        return Written(
            samples: outcome.accepted, exemplars: exemplars.count, refusal: Self.refusal(of: outcome, request))
    }

    /// The samples and exemplars of a request with the numbers of their series.
    private func resolved(
        _ request: RemoteWriteRequest
    ) throws -> (batch: [RefSample], exemplars: [RefExemplar]) {
        var batch: [RefSample] = []
        batch.reserveCapacity(request.samples.count)
        var exemplars: [RefExemplar] = []
        for series in request.series {
            let ref: SeriesRef
            switch series.identity {
            case .known(let known): ref = known
            case .new(let labels, let key):
                ref = try appender.resolve(labels)
                if let key { refs.set(ref, for: key) }
            }
            for index in series.samples {
                let sample = request.samples[index]
                batch.append(RefSample(ref: ref, timestamp: sample.timestamp, value: sample.value))
            }
            for exemplar in series.exemplars { exemplars.append(RefExemplar(ref: ref, exemplar: exemplar)) }
        }
        return (batch, exemplars)
    }

    /// What was not stored, in words; `nil` if all was.
    private static func refusal(of outcome: AppendOutcome, _ request: RemoteWriteRequest) -> String? {
        var parts: [String] = []
        if outcome.tooOld > 0 { parts.append("\(outcome.tooOld) samples are too old") }
        if outcome.tooNew > 0 { parts.append("\(outcome.tooNew) samples lie too far in the future") }
        if outcome.duplicates > 0 {
            parts.append("\(outcome.duplicates) samples have the time of a stored one and another value")
        }
        if let problem = request.problem {
            parts.append("\(request.refusedCount) samples have labels that no series can have: \(problem)")
        }
        if request.histogramCount > 0 {
            parts.append("\(request.histogramCount) native histograms, which are not stored yet")
        }
        return parts.isEmpty ? nil : "not stored: " + parts.joined(separator: "; ")
    }

    private static func answer(_ written: Written) -> Response {
        var response = answer(written.refusal == nil ? .noContent : .badRequest, written.refusal ?? "")
        for (name, count) in [("Samples", written.samples), ("Histograms", 0), ("Exemplars", written.exemplars)] {
            if let field = HTTPField.Name("X-Prometheus-Remote-Write-\(name)-Written") {
                response.headers[field] = String(count)
            }
        }
        return response
    }

    private static func answer(_ status: HTTPResponse.Status, _ text: String) -> Response {
        text.isEmpty ? Response(status: status) : .text(status, text)
    }
}
