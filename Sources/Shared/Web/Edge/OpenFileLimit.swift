import Foundation
package import Logging

/// How many sockets and files this process may have open.
package enum OpenFileLimit {
    /// What a process needs beside its clients' connections: database, logs, libraries.
    private static let reserve = 512

    /// Raises the soft limit as far as the hard one allows, and warns when that is too little for the edge's cap:
    /// the kernel would then refuse connections before we can answer them.
    package static func raise(for limits: EdgeLimits, logger: Logger) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let needed = rlim_t(limits.connections + reserve)
        if limit.rlim_cur < needed {
            limit.rlim_cur = min(needed, limit.rlim_max)
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        guard limit.rlim_cur < needed else { return }
        logger.warning(
            "Fewer open files than connections", metadata: ["allowed": "\(limit.rlim_cur)", "needed": "\(needed)"])
    }
}
