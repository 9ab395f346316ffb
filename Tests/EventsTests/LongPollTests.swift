import Foundation
import Logging
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import Events

@Suite("Waiting for events")
struct LongPollTests {
    private static func tell(_ service: RunningService) async throws {
        let token = try await TestIssuer.shared.token(scopes: [.referralSend])
        let answer = try await service.send(.POST, "/v1/tell", token: token)
        try #require(answer.status == 204)
    }

    @Test("as many may wait as there is room for: one more is answered at once")
    func room() async throws {
        let watch = EventWatch(logger: Logger(label: "test"), room: 2) { nil }
        let waiting = (0..<2).map { _ in Task { await watch.change(since: 0) } }
        try await eventually { !watch.hasRoom }
        let began = ContinuousClock.now
        let page = try await LongPoll(watch: watch, drain: DrainState()).first(
            until: began + .seconds(20), isEmpty: \[Int].isEmpty
        ) { _ in [Int]() }
        #expect(page.isEmpty && ContinuousClock.now - began < .seconds(10))
        for task in waiting { task.cancel() }
        for task in waiting { await task.value }
        #expect(watch.hasRoom)
    }

    @Test("who waits is answered when something happens, here or through another process")
    func woken() async throws {
        try await withTeller { service, _, writers in
            let start = try await service.page()
            for isOurs in [true, false] {
                async let answer = service.page(after: start.next, wait: 30)
                try await Task.sleep(for: .milliseconds(300))
                let began = ContinuousClock.now
                if isOurs {
                    try await Self.tell(service)
                } else {
                    try await writers.transact([EventOutbox.append([.move()])])
                }
                #expect(try await !answer.events.isEmpty)
                #expect(ContinuousClock.now - began < .seconds(15))
            }
        }
    }

    @Test("an empty page comes when the time is over, not before")
    func timeOver() async throws {
        try await withTeller { service, _, _ in
            let start = try await service.page()
            let began = ContinuousClock.now
            let page = try await service.page(after: start.next, wait: 1)
            let elapsed = ContinuousClock.now - began
            #expect(page.events.isEmpty && page.next == start.next)
            #expect(elapsed >= .seconds(1) && elapsed < .seconds(10))
        }
    }

    @Test("those who wait hold no connection, and all are woken")
    func noConnection() async throws {
        try await withTeller(settings: ["SPRO_DATABASE_CONNECTIONS": "1"]) { service, _, _ in
            let start = try await service.page()
            try await withThrowingTaskGroup(of: Page.self) { group in
                for _ in 0..<6 { group.addTask { try await service.page(after: start.next, wait: 30) } }
                try await Task.sleep(for: .milliseconds(500))
                let began = ContinuousClock.now
                try await Self.tell(service)
                #expect(ContinuousClock.now - began < .seconds(2))
                for try await page in group { #expect(page.events.count == 1) }
                #expect(ContinuousClock.now - began < .seconds(20))
            }
        }
    }

    @Test("more who wait than the pool takes at once are all answered", .timeLimit(.minutes(2)))
    func crowd() async throws {
        try await withTeller(settings: ["SPRO_DATABASE_CONNECTIONS": "2"]) { service, _, _ in
            try await service.withConnections(410) { service in
                let start = try await service.page()
                try await withThrowingTaskGroup(of: RunningService.Answer.self) { group in
                    for number in 0..<400 {
                        group.addTask {
                            try await service.events(
                                after: start.next, wait: 25,
                                scopes: [number.isMultiple(of: 2) ? .eventsRead : .eventsReporting])
                        }
                        // They come one after the other, and wait together.
                        if number.isMultiple(of: 10) { try await Task.sleep(for: .milliseconds(50)) }
                    }
                    try await Task.sleep(for: .seconds(2))
                    try await Self.tell(service)
                    for try await answer in group {
                        #expect(answer.status == 200, "\(answer.text)")
                        #expect(try Page(answer).events.count == 1)
                    }
                }
            }
        }
    }

    @Test("a service that stops answers those who wait at once")
    func drain() async throws {
        let polls = Polls()
        try await withTeller(settings: ["SPRO_DRAIN_SECONDS": "2"]) { service, _, _ in
            let start = try await service.page()
            await polls.begin { try await service.page(after: start.next, wait: 30) }
            try await Task.sleep(for: .milliseconds(500))
        }
        let (page, duration) = try await polls.end()
        #expect(page.events.isEmpty)
        #expect(duration < .seconds(5))
    }

    /// A poll that outlives the body of the test service.
    private actor Polls {
        private var task: Task<(Page, Duration), any Error>?

        func begin(_ poll: @escaping @Sendable () async throws -> Page) {
            task = Task {
                let began = ContinuousClock.now
                return (try await poll(), ContinuousClock.now - began)
            }
        }

        func end() async throws -> (Page, Duration) { try await #require(task).value }
    }
}
