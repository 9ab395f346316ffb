import Testing

@testable import DemoActivity

@Suite("Requests of fictional partners")
struct ServiceCallerTests {
    @Test("what may be answered later is asked again, and nothing else")
    func repetition() {
        for (status, body) in [(429, ""), (503, "{}"), (409, #"{"code":"idempotency-key-in-flight"}"#)] {
            #expect(ServiceCaller.mayPass(status, body), "\(status)")
        }
        for (status, body) in [
            (409, #"{"code":"conflict"}"#), (422, #"{"code":"idempotency-key-reused"}"#), (400, ""), (401, ""),
            (500, ""), (404, "idempotency-key-in-flight"),
        ] {
            #expect(!ServiceCaller.mayPass(status, body), "\(status)")
        }
    }
}
