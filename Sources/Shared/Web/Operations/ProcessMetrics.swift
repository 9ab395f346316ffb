import Foundation

/// What the kernel says about this process, read when it is asked for, under the names that Prometheus clients share.
enum ProcessMetrics {
    static func text() -> String {
        var text = ""
        func add(_ name: String, _ kind: String, _ help: String, _ value: Double?) {
            guard let value else { return }
            text += PrometheusText.header(name, kind: kind, help: help)
            text += "\(name) \(PrometheusText.number(value))\n"
        }
        add("process_resident_memory_bytes", "gauge", "Resident memory.", residentBytes())
        add("process_open_fds", "gauge", "Open file descriptors.", openDescriptors())
        add("process_cpu_seconds_total", "counter", "User and system time.", processorSeconds())
        return text
    }

    /// The second number of `statm`, in pages (proc(5)).
    private static func residentBytes() -> Double? {
        guard let file = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let numbers = file.split(separator: " ")
        return numbers.count > 1 ? Double(numbers[1]).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }

    private static func openDescriptors() -> Double? {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count) }
    }

    private static func processorSeconds() -> Double? {
        var usage = rusage()
        guard getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        let times = [usage.ru_utime, usage.ru_stime]
        return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }
}
