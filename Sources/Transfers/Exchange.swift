internal import Base
internal import CCurl
internal import Model

/// One exchange under way: the libcurl handle, what is sent, what has come, and who waits for it.
///
/// Unchecked, because the compiler cannot follow the hand-over: the caller's task makes and prepares it, gives it to the
/// transfer thread through a mutex, and never touches it again; from then on only that thread does.
final class Exchange: @unchecked Sendable {
    typealias Outcome = Result<HTTPResponse, TransferError>

    let id: UInt64
    let handle: UnsafeMutableRawPointer
    private let url: String
    private let maxResponseBytes: Int
    private let finish: @Sendable (Outcome) -> Void
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var upload: [UInt8] = []
    private var uploaded = 0
    private var body: [UInt8] = []
    private var headers: [String: String] = [:]
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(
        id: UInt64, url: String, maxResponseBytes: Int, finish: @escaping @Sendable (Outcome) -> Void
    ) throws(TransferError) {
        guard let handle = curl_easy_init() else { throw TransferError(.other, "cannot start a transfer: no memory") }
        self.id = id
        self.handle = handle
        self.url = url
        self.maxResponseBytes = maxResponseBytes
        self.finish = finish
        errorText[0] = 0
        set(CURLOPT_ERRORBUFFER, pointer: errorText)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_URL, url)
        set(CURLOPT_PRIVATE, pointer: Unmanaged.passUnretained(self).toOpaque())
        setBodyCallback()
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
        errorText.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) { _ = wp_curl_set_long(handle, option, value) }

    func set(_ option: CURLoption, _ value: String) { _ = wp_curl_set_text(handle, option, value) }

    private func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
        _ = wp_curl_set_pointer(handle, option, pointer)
    }

    func set(_ option: CURLoption, list values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values { list = curl_slist_append(list, value) }
        guard let list else { return }
        lists.append(list)
        _ = wp_curl_set_list(handle, option, list)
    }

    func setTimeout(_ timeout: Duration) {
        set(CURLOPT_TIMEOUT_MS, max(1, Int(timeout.milliseconds)))
    }

    /// The server's answer is gathered up to the limit; one byte more ends the exchange.
    private func setBodyCallback() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = wp_curl_set_data_callback(handle, CURLOPT_WRITEFUNCTION) { data, size, count, context in
            guard let data, let context else { return 0 }
            let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
            guard exchange.body.count + bytes.count <= exchange.maxResponseBytes else { return 0 }
            exchange.body.append(contentsOf: bytes)
            return bytes.count
        }
        set(CURLOPT_WRITEDATA, pointer: context)
        _ = wp_curl_set_data_callback(handle, CURLOPT_HEADERFUNCTION) { data, size, count, context in
            guard let data, let context else { return 0 }
            let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            let line = String(decoding: UnsafeRawBufferPointer(start: data, count: size * count), as: UTF8.self)
            exchange.take(headerLine: line)
            return size * count
        }
        set(CURLOPT_HEADERDATA, pointer: context)
    }

    private func take(headerLine line: String) {
        if line.hasPrefix("HTTP/") { headers = [:] }  // a redirect's or 100's headers are not the answer's
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        headers[line[..<colon].lowercased()] = String(value.prefix { !$0.isNewline })
    }

    /// Sends `bytes` as an upload (SMTP's DATA).
    func setUpload(_ bytes: [UInt8]) {
        upload = bytes
        set(CURLOPT_UPLOAD, 1)
        _ = wp_curl_set_off(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(bytes.count))
        _ = wp_curl_set_data_callback(handle, CURLOPT_READFUNCTION) { data, size, count, context in
            guard let data, let context else { return 0 }
            let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            let next = exchange.upload[exchange.uploaded...].prefix(size * count)
            next.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(start: data, count: size * count).copyMemory(from: source)
            }
            exchange.uploaded += next.count
            return next.count
        }
        set(CURLOPT_READDATA, pointer: Unmanaged.passUnretained(self).toOpaque())
    }

    /// Sends `bytes` as the request's body.
    func setBody(_ bytes: [UInt8]) {
        _ = wp_curl_set_off(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
        // COPYPOSTFIELDS copies as many bytes as the size says, zero bytes among them.
        bytes.withUnsafeBytes { source in
            _ = wp_curl_set_pointer(
                handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: source.baseAddress ?? errorPointer))
        }
    }

    private var errorPointer: UnsafeRawPointer { UnsafeRawPointer(errorText) }

    /// Tells the waiting task how the exchange ended.
    func complete(with code: CURLcode) {
        var status = 0
        _ = wp_curl_response_code(handle, &status)
        if code == CURLE_OK {
            finish(.success(HTTPResponse(status: status, headers: headers, body: body)))
        } else if code == CURLE_WRITE_ERROR {
            let limit = "the answer is longer than the limit of \(maxResponseBytes) bytes"
            finish(.failure(TransferError(code: code, detail: limit, url: url, status: status)))
        } else {
            let detail = String(cString: errorText)
            finish(.failure(TransferError(code: code, detail: detail, url: url, status: status)))
        }
    }

    func cancel() {
        finish(.failure(TransferError(.cancelled, "the exchange with \(url) was cancelled")))
    }
}
