internal import Listening

extension FilebeatConfig {
    /// The same without inputs that other hosts can send to; they are told as refused.
    package var refusingOpenListeners: FilebeatConfig {
        var config = self
        config.inputs.removeAll { input in
            guard let listening = input.listening, !listening.isLoopback else { return false }
            config.refused.append(
                RefusedLogInput(
                    id: input.id, paths: input.paths,
                    reason:
                        "\(input.position): \(listening.url) can be reached from other hosts, and anyone there could "
                        + "write into the logs; listen at 127.0.0.1, or say --insecure-listen"))
            return true
        }
        return config
    }

    /// The same with inputs that follow files and journals alone.
    var ofFiles: FilebeatConfig {
        var config = self
        config.inputs.removeAll { $0.listening != nil }
        return config
    }
}
